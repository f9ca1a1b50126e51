import type { Field } from '../shared/fields/field';
import { decimal, flag } from '../shared/fields/kinds';

/** Minutes of a week: lists that are later than that are none to follow. */
const LONGEST_TOLERANCE = 7 * 24 * 60;

/** The trigger's options; `withAudio` are the events that have a recording and a transcript. */
export function optionsFor(withAudio: string[]) {
	const displayOptions = { show: { '/event': withAudio } };
	return {
		emitExisting: flag('emitExisting', {
			description:
				'Whether to start with what is there already when the workflow is first published, instead of with what comes next',
		}),
		includeRecording: flag('includeRecording', {
			displayOptions,
			description: 'Whether to add the recording of calls as binary data',
		}),
		includeTranscript: flag('includeTranscript', {
			displayOptions,
			description: 'Whether to add the transcript of calls',
		}),
		tolerance: decimal('tolerance', {
			displayName: 'Lateness Tolerance (Minutes)',
			typeOptions: { minValue: 0, maxValue: LONGEST_TOLERANCE },
			default: 15,
			description: "How much later than its own time something may turn up in KallyAI's lists",
		}),
		maxEvents: decimal('maxEvents', {
			displayName: 'Max Events per Poll',
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'How many events one poll gives out; the others follow in the next ones',
		}),
	} satisfies Record<string, Field>;
}
