import type { Field, Values } from '../../shared/fields/field';
import {
	decimal,
	flag,
	LOADED_HINT,
	instant,
	textList,
	timezone,
	weeklyHours,
	word,
} from '../../shared/fields/kinds';
import { asEntries, asKey } from '../../shared/fields/values';
import { DEFAULT_RESPONSE_MEGABYTES } from '../../shared/transport/body';
import { DEFAULT_DOWNLOAD_MEGABYTES } from '../../shared/transport/files';
import { DEFAULT_TIMEOUT_SECONDS } from '../../shared/transport/request';
import { answerOf, creates, type Operation, writes } from './operation';
import { OPTION_TITLES } from '../../shared/optionTitles';

/** Maximum for 'Minutes Between Contacts': older contacts are not remembered. */
const LONGEST_MINUTES_BETWEEN = 24 * 60;

/** Maximum for 'Max per Execution'. */
export const MOST_PER_EXECUTION = 1000;

/** Maximum for 'Concurrency'. */
const MOST_AT_ONCE = 50;

/** Default number of parallel requests for operations that only read. */
export const DEFAULT_READS_AT_ONCE = 5;

/** Characters that an AI agent gets from one tool call: about a thousand tokens. */
export const DEFAULT_CHARACTERS = 4000;

/** Seconds to wait for an outcome. */
export const DEFAULT_WAIT_SECONDS = 600;

/** Maximum for 'Timeout' and 'Max Wait', in seconds: an hour for one request, a day for an outcome. */
const LONGEST_TIMEOUT = 60 * 60;
const LONGEST_WAIT = 24 * LONGEST_TIMEOUT;

/** Default number of parallel requests. */
export function usualConcurrency(operation: Operation): number {
	return writes(operation) ? 1 : DEFAULT_READS_AT_ONCE;
}

const downloads = (operation: Operation) => answerOf(operation).kind === 'file';
const completes = ({ answer }: Operation) => answer?.kind === 'record' && !!answer.completion;
const leavesTrace = ({ answer }: Operation) => answer?.kind === 'record' && !!answer.trace;
const spends = (operation: Operation) => operation.spends !== undefined;
const reaches = (operation: Operation) => operation.spends?.recipient !== undefined;
const contacts = (operation: Operation) => operation.spends?.contacts !== undefined;
const always = () => true;

/** A recipient of the kind that the operation contacts, and a wildcard for several of them. */
function recipientExamples({ spends, fields = [] }: Operation): string {
	const recipient = fields.find(({ wire }) => wire === spends?.recipient);
	const { placeholder = '' } = recipient?.property ?? {};
	const [example] = placeholder.split(' or ');
	return `${example} or ${placeholder.includes('@') ? '*@email.com' : '+4420*'}`;
}

/** One option: which operations have it, and its field there. */
export interface Option<T> {
	isFor: (operation: Operation) => boolean;
	field: (operation: Operation) => Field<T>;
}

/** An option of the table below. */
export const option = <T>(isFor: Option<T>['isFor'], field: Option<T>['field']): Option<T> => ({
	isFor,
	field,
});

/** Adds the input fields to the outcome; read also for items that were refused. */
export const INCLUDE_INPUT_FIELDS = flag('includeInputFields', {
	default: true,
	description:
		"Whether to include the fields of the input item in the output. If both have a field with the same name, the output's value is kept.",
});

/** The node's options, each defined once: what the editor shows, its limits, and how its value is read. */
const OPTIONS = {
	allowedRecipients: option(reaches, (operation) => ({
		...textList('allowedRecipients', {
			displayName: OPTION_TITLES.allowedRecipients,
			placeholder: recipientExamples(operation),
			refusesEmpty: true,
			description:
				'Phone numbers or addresses that may be contacted. Use * at the start or end as a wildcard. Others are refused before anything is sent.',
			typeOptions: { multipleValueButtonText: 'Add Recipient' },
		}),
		parse: asEntries,
	})),
	binaryPropertyName: option(downloads, () =>
		word('binaryPropertyName', {
			displayName: 'Put Output File in Field',
			displayOptions: { show: { download: [true] } },
			default: 'data',
			hint: 'The name of the output binary field to put the file in',
		}),
	),
	callingHours: option(contacts, () =>
		weeklyHours('callingHours', {
			displayName: OPTION_TITLES.callingHours,
			refusesEmpty: true,
			description:
				'Hours of the week in which people may be contacted, in their time zone. Outside these hours nothing is sent, and the error says when contact is allowed.',
		}),
	),
	concurrency: option(always, (operation) =>
		decimal('concurrency', {
			displayName: OPTION_TITLES.concurrency,
			typeOptions: { minValue: 1, maxValue: MOST_AT_ONCE },
			default: usualConcurrency(operation),
			description: `Max number of items to process in parallel (1 to ${MOST_AT_ONCE}). Defaults to ${usualConcurrency(operation)}.`,
		}),
	),
	creditsWarning: option(
		({ spends }) => spends?.report !== undefined,
		() =>
			decimal('creditsWarning', {
				displayName: OPTION_TITLES.creditsWarning,
				typeOptions: { minValue: 0 },
				default: 50,
				description:
					'Show a warning when fewer credits than this remain. The balance is read once, after all items.',
			}),
	),
	download: option(downloads, () =>
		flag('download', {
			default: true,
			description: 'Whether to download the file as binary data',
		}),
	),
	firstTriedAt: option(leavesTrace, () =>
		instant('firstTriedAt', {
			description:
				'Time of an earlier attempt that may have gone through, such as in an execution that crashed. The node first looks for it at KallyAI and returns its outcome instead of doing it again. Leave empty for a first attempt.',
		}),
	),
	idempotencyKey: option(creates, () => ({
		...word('idempotencyKey', {
			displayName: OPTION_TITLES.idempotencyKey,
			placeholder: 'e.g. lead-42',
			refusesEmpty: true,
			description:
				'Text that identifies what this item does, such as the ID of the lead. With the same key it is done only once, also across executions, as long as this n8n process remembers it. KallyAI itself guarantees this for calls only. Without this option, each item of an execution has its own key.',
		}),
		parse: asKey,
	})),
	includeInputFields: option(always, () => INCLUDE_INPUT_FIELDS),
	maxCreditsPerCall: option(
		({ spends }) => spends?.estimate !== undefined,
		() =>
			decimal('maxCreditsPerCall', {
				displayName: OPTION_TITLES.maxCreditsPerCall,
				typeOptions: { minValue: 0, numberPrecision: 2 },
				default: 5,
				refusesEmpty: true,
				description:
					'Max estimated credits for one item, or for one tool call of an AI agent. KallyAI estimates the cost first. Above this limit, nothing is sent.',
			}),
	),
	maxPerExecution: option(spends, () =>
		decimal('maxPerExecution', {
			displayName: OPTION_TITLES.maxPerExecution,
			typeOptions: { minValue: 1, maxValue: MOST_PER_EXECUTION },
			default: 3,
			refusesEmpty: true,
			description:
				'Max number of times an execution, or an AI agent in it, may do this. For MCP clients, which have no execution, the limit is per hour. Anything beyond it is refused before it is sent.',
		}),
	),
	minutesBetween: option(reaches, () =>
		decimal('minutesBetween', {
			displayName: OPTION_TITLES.minutesBetween,
			typeOptions: { minValue: 1, maxValue: LONGEST_MINUTES_BETWEEN },
			default: 60,
			refusesEmpty: true,
			description:
				'Minutes during which this n8n process does not contact the same number or address again, in any workflow',
		}),
	),
	maxDownloadSize: option(downloads, () =>
		decimal('maxDownloadSize', {
			displayName: OPTION_TITLES.maxDownloadSize,
			displayOptions: { show: { download: [true] } },
			typeOptions: { minValue: 1 },
			default: DEFAULT_DOWNLOAD_MEGABYTES,
			description: 'Max size of the file, in megabytes. A larger file is refused.',
		}),
	),
	maxCharacters: option(always, () =>
		decimal('maxCharacters', {
			displayName: OPTION_TITLES.maxCharacters,
			displayOptions: { show: { '@tool': [true] } },
			typeOptions: { minValue: 500, maxValue: 1_000_000 },
			default: DEFAULT_CHARACTERS,
			description: `Max number of characters that an AI agent gets from one tool call. Longer results are cut between rows or fields, with a note. Defaults to ${DEFAULT_CHARACTERS}.`,
		}),
	),
	maxResponseSize: option(always, () =>
		decimal('maxResponseSize', {
			displayName: OPTION_TITLES.maxResponseSize,
			typeOptions: { minValue: 1, maxValue: 400 },
			default: DEFAULT_RESPONSE_MEGABYTES,
			description:
				'Max size of the response for an item, in megabytes after decompression, with all pages of a list. A larger response is refused.',
		}),
	),
	maxWait: option(completes, () =>
		decimal('maxWait', {
			displayName: 'Max Wait (Seconds)',
			displayOptions: { show: { waitForCompletion: [true] } },
			typeOptions: { minValue: 1, maxValue: LONGEST_WAIT },
			default: DEFAULT_WAIT_SECONDS,
			description:
				'How many seconds to keep checking for the outcome. After that, the latest status is returned with timedOut: true.',
		}),
	),
	recipientTimezone: option(contacts, ({ spends: { contacts: { timezone: own } = {} } = {} }) =>
		timezone('recipientTimezone', {
			displayName: 'Recipient Time Zone Name or ID',
			description: `Time zone of the contact hours, if it differs from ${own ? 'the field Time Zone' : "the workflow's"}. ${LOADED_HINT}`,
		}),
	),
	sendWithin: option(contacts, () =>
		decimal('sendWithin', {
			displayName: OPTION_TITLES.sendWithin,
			typeOptions: { minValue: 0, maxValue: LONGEST_WAIT },
			default: 60,
			refusesEmpty: true,
			description:
				'How many seconds after its start the node may still send items. Items whose turn comes later fail, and nothing is sent for them. With 0 nothing is sent.',
		}),
	),
	timeout: option(always, ({ request: { timeout = DEFAULT_TIMEOUT_SECONDS } }) =>
		decimal('timeout', {
			displayName: OPTION_TITLES.timeout,
			typeOptions: { minValue: 1, maxValue: LONGEST_TIMEOUT },
			default: timeout,
			description:
				'How many seconds to wait for the response to one request before closing the connection',
		}),
	),
	waitForCompletion: option(completes, () =>
		flag('waitForCompletion', {
			displayName: 'Wait for Completion',
			default: true,
			description:
				'Whether to keep checking until it is completed, if the response does not include the outcome',
		}),
	),
};

type OptionFields = {
	[Name in keyof typeof OPTIONS]: ReturnType<(typeof OPTIONS)[Name]['field']>;
};

/** The values of the options that were added to a node. */
export type OptionValues = Values<OptionFields>;

/** The options of an operation. */
export function optionsOf(operation: Operation): Field[] {
	return Object.values<Option<unknown>>(OPTIONS)
		.filter(({ isFor }) => isFor(operation))
		.map(({ field }) => field(operation));
}

/** Top-level settings of lists, besides the fields of their operation. */
export const RETURN_ALL = flag('returnAll', {
	description: 'Whether to return all results or only up to a given limit',
});

export const LIMIT = decimal('limit', {
	typeOptions: { minValue: 1 },
	default: 50,
	refusesEmpty: true,
	emptyFromModel: 50,
	description: 'Max number of results to return',
});

/** Keeps only the most useful fields of each record. */
export const simplifySwitch = (usual: boolean): Field<boolean> =>
	flag('simplify', {
		default: usual,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	});

/** The switch without which an operation with `confirm` is refused. */
export function confirmSwitch(description: string): Field<boolean> {
	return flag('confirm', { description });
}
