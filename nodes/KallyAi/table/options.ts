import type { Field, Values } from '../../shared/fields/field';
import { decimal, flag, textList, word } from '../../shared/fields/kinds';
import { asEntries, asHeaderValue } from '../../shared/fields/values';
import { DEFAULT_RESPONSE_MEGABYTES } from '../../shared/transport/body';
import { DEFAULT_DOWNLOAD_MEGABYTES } from '../../shared/transport/files';
import { DEFAULT_TIMEOUT_SECONDS } from '../../shared/transport/request';
import { answerOf, creates, type Operation, writes } from './operation';

/** Longest 'Minutes Between Contacts': what is older is not remembered. */
const LONGEST_MINUTES_BETWEEN = 24 * 60;

/** Requests in flight at once for operations that only read. */
export const DEFAULT_READS_AT_ONCE = 5;

/** Seconds to wait for an outcome. */
export const DEFAULT_WAIT_SECONDS = 600;

/** The editor's name of the largest file to accept. */
export const MAX_DOWNLOAD_SIZE = 'Max Download Size (MB)';

/** Longest 'Timeout' and 'Max Wait', in seconds: an hour for one request, a day for an outcome. */
const LONGEST_TIMEOUT = 60 * 60;
const LONGEST_WAIT = 24 * LONGEST_TIMEOUT;

/** Requests in flight at once unless the option says otherwise. */
export function usualConcurrency(operation: Operation): number {
	return writes(operation) ? 1 : DEFAULT_READS_AT_ONCE;
}

const downloads = (operation: Operation) => answerOf(operation).kind === 'file';
const completes = ({ answer }: Operation) => answer?.kind === 'record' && !!answer.completion;
const spends = (operation: Operation) => operation.spends !== undefined;
const reaches = (operation: Operation) => operation.spends?.recipient !== undefined;
const always = () => true;

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

/** The node's options. Each stands here once: what the editor shows, its bounds, and how its value is read. */
const OPTIONS = {
	allowedRecipients: option(reaches, () => ({
		...textList('allowedRecipients', {
			displayName: 'Allowed Recipients',
			placeholder: 'e.g. +15550100 or +4420*',
			refusesEmpty: true,
			description:
				'Numbers or addresses that may be contacted; a * at the end or the beginning stands for anything. Others are refused before anything is sent.',
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
	concurrency: option(always, (operation) =>
		decimal('concurrency', {
			typeOptions: { minValue: 1, maxValue: 50 },
			default: usualConcurrency(operation),
			description: `How many items are sent side by side, from 1 to 50; ${usualConcurrency(operation)} without this option`,
		}),
	),
	creditsWarning: option(
		({ spends }) => spends?.report !== undefined,
		() =>
			decimal('creditsWarning', {
				displayName: 'Warn Below Credits',
				typeOptions: { minValue: 0 },
				default: 50,
				description:
					'Credits left below which the node shows a warning. The balance is read once, after all items.',
			}),
	),
	download: option(downloads, () =>
		flag('download', {
			default: true,
			description: 'Whether to fetch the file itself as binary data',
		}),
	),
	idempotencyKey: option(creates, () => ({
		...word('idempotencyKey', {
			placeholder: 'e.g. lead-42',
			refusesEmpty: true,
			description:
				'Text that stands for this piece of work, such as the ID of the lead. Work with the same key is done once, also across executions, while this n8n process remembers it; KallyAI itself promises that for calls only. Without this option each item of an execution has a key of its own.',
		}),
		parse: asHeaderValue,
	})),
	maxCreditsPerCall: option(
		({ spends }) => spends?.estimate !== undefined,
		() =>
			decimal('maxCreditsPerCall', {
				displayName: 'Max Credits per Call',
				typeOptions: { minValue: 0, numberPrecision: 2 },
				default: 5,
				refusesEmpty: true,
				description:
					'Highest estimated cost at which an item, or a tool call of an AI agent, is sent. KallyAI estimates each first; above this nothing is sent for it.',
			}),
	),
	maxPerExecution: option(spends, () =>
		decimal('maxPerExecution', {
			displayName: 'Max per Execution',
			typeOptions: { minValue: 1, maxValue: 1000 },
			default: 3,
			refusesEmpty: true,
			description:
				'Highest number of times that an execution, or an AI agent in it, may do this. For MCP clients, which have no execution: within an hour. Whatever is more is refused before anything is sent for it.',
		}),
	),
	minutesBetween: option(reaches, () =>
		decimal('minutesBetween', {
			displayName: 'Minutes Between Contacts',
			typeOptions: { minValue: 1, maxValue: LONGEST_MINUTES_BETWEEN },
			default: 60,
			refusesEmpty: true,
			description:
				'Minutes in which the same number or address is not contacted again by this n8n process, in whatever workflow',
		}),
	),
	maxDownloadSize: option(downloads, () =>
		decimal('maxDownloadSize', {
			displayName: MAX_DOWNLOAD_SIZE,
			displayOptions: { show: { download: [true] } },
			typeOptions: { minValue: 1 },
			default: DEFAULT_DOWNLOAD_MEGABYTES,
			description: 'Largest file to accept, in megabytes; a larger one is refused',
		}),
	),
	maxResponseSize: option(always, () =>
		decimal('maxResponseSize', {
			displayName: 'Max Response Size (MB)',
			typeOptions: { minValue: 1, maxValue: 400 },
			default: DEFAULT_RESPONSE_MEGABYTES,
			description:
				'How much is read of what KallyAI answers for an item, in megabytes after decompression, all pages of a list together; more is refused',
		}),
	),
	maxWait: option(completes, () =>
		decimal('maxWait', {
			displayName: 'Max Wait (Seconds)',
			displayOptions: { show: { waitForCompletion: [true] } },
			typeOptions: { minValue: 1, maxValue: LONGEST_WAIT },
			default: DEFAULT_WAIT_SECONDS,
			description:
				'How many seconds to wait for the outcome; after that the last known state is returned with timedOut set to true',
		}),
	),
	timeout: option(always, ({ request: { timeout = DEFAULT_TIMEOUT_SECONDS } }) =>
		decimal('timeout', {
			displayName: 'Timeout (Seconds)',
			typeOptions: { minValue: 1, maxValue: LONGEST_TIMEOUT },
			default: timeout,
			description: 'How many seconds to wait for the answer to one request',
		}),
	),
	waitForCompletion: option(completes, () =>
		flag('waitForCompletion', {
			displayName: 'Wait for Completion',
			default: true,
			description: 'Whether to wait until the work has ended and return its outcome',
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

/** Settings that lists have at top level, beside the fields of their operation. */
export const RETURN_ALL = flag('returnAll', {
	description: 'Whether to return all results or only up to a given limit',
});

export const LIMIT = decimal('limit', {
	typeOptions: { minValue: 1 },
	default: 50,
	refusesEmpty: true,
	description: 'Max number of results to return',
});

/** Leaves the most useful fields of each row. */
export const SIMPLIFY = flag('simplify', {
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
});

/** The switch without which an operation with `confirm` is refused. */
export function confirmSwitch(description: string): Field<boolean> {
	return flag('confirm', { description });
}
