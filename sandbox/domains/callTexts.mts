import type { Outcome, Submission } from '../model.mts';

const HIGHLIGHTS = new Map<string, [string, string]>([
	['success', ['They agreed and noted everything down', 'Nothing more to do']],
	['no_answer', ['', 'Call again at another time of day']],
	['busy', ['', 'Call again in half an hour']],
	['failed', ['The line broke down', 'Check the number, then call again']],
	['voicemail', ['A message was left on the machine', 'Wait for the call back']],
] satisfies Array<[Outcome, [string, string]]>);

/** What a call that ends so reports, with the words of who answered; nothing for a status that calls never have. */
export function outcomeTexts(
	outcome: string,
	said?: string,
): { highlights: string; next_steps: string } {
	if (said !== undefined) return { highlights: `They said: ${said}`, next_steps: '' };
	const [highlights, next_steps] = HIGHLIGHTS.get(outcome) ?? ['', ''];
	return { highlights, next_steps };
}

/** What was said in a call that somebody, or a machine, took; nothing for the others. */
export function dialogue(status: string, submission: Submission, said?: string) {
	const spanish = (submission.call_language ?? submission.language) === 'es';
	const hello = spanish
		? 'Buenos días, llamo de parte de un cliente.'
		: 'Good morning, I am calling on behalf of a client.';
	const say = (seconds: number, speaker: string, content: string) => ({
		speaker,
		content,
		timestamp: `00:00:${String(seconds).padStart(2, '0')}`,
	});
	if (status === 'voicemail') {
		return [
			say(1, 'HUMAN', spanish ? 'Deje su mensaje.' : 'Please leave a message.'),
			say(6, 'AI', `${hello} ${submission.task_description}`),
		];
	}
	if (status !== 'success') return [];
	return [
		say(2, 'AI', hello),
		say(
			7,
			'HUMAN',
			spanish ? 'Dígame, ¿en qué puedo ayudar?' : 'Good morning, what can I do for you?',
		),
		say(12, 'AI', submission.task_description),
		say(31, 'HUMAN', said ?? (spanish ? 'Queda anotado.' : 'That is all noted down.')),
	];
}
