import { transcript } from '../../nodes/KallyAi/table/transcript';

const ENTRIES = [
	{ speaker: 'AI', content: 'Good morning', timestamp: 1 },
	{ speaker: 'HUMAN', content: 'Hello' },
];

test.each([
	['entries', { entries: ENTRIES }],
	['transcript', { transcript: ENTRIES }],
	['data', { data: ENTRIES }],
	[
		'other names',
		{
			entries: ENTRIES.map(({ speaker, content, ...more }) => ({
				role: speaker,
				text: content,
				...more,
			})),
		},
	],
	['nulls among them', { entries: [null, ...ENTRIES] }],
])('a transcript as %s has entries, and a line for each in its text', (_shape, answer) => {
	expect(transcript({ call_id: 'c-1', ...answer })).toMatchObject({
		call_id: 'c-1',
		entries: ENTRIES,
		text: 'AI: Good morning\nHUMAN: Hello',
	});
});

test('a response without rows stays as it is', () => {
	const answer = { call_id: 'c-1', transcript: 'AI: Good morning' };
	expect(transcript(answer)).toEqual(answer);
});
