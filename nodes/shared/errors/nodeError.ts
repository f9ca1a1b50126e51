import { type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { ApiRequestError, InputError, type RequestFailure } from './errors';
import { safeId, safeText, withoutMarkup } from './safeText';
import { type ErrorText, textOf } from './texts';

/** How far the run got when an item stopped it. */
export interface Progress {
	itemIndex: number;
	items: number;
	/** Items that were done. */
	done: number;
	/** IDs of what those items created. */
	made: string[];
	/** Whether the error is for an AI agent, which gets only the message and knows neither items nor options. */
	toModel?: boolean;
}

const IDS_IN_TEXT = 20;

const progressText = ({ items, done }: Progress): string =>
	items === 1 ? '' : `. ${done} of ${items} items were done`;

/** Lists the records that a run created before it stopped. */
function madeText(made: string[]): string {
	if (made.length === 0) return '';
	const listed = made.slice(0, IDS_IN_TEXT).map(safeId).join(', ');
	const more = made.length > IDS_IN_TEXT ? ` and ${made.length - IDS_IN_TEXT} more` : '';
	return `Created before: ${listed}${more}.`;
}

const YEAR_SECONDS = 365 * 24 * 60 * 60;

function durationText(seconds: number): string {
	return seconds > YEAR_SECONDS ? 'more than a year' : `${seconds} seconds`;
}

/** Words without a meaning of their own. */
const FILLERS = /^(?:a|an|and|are|been|for|has|have|is|it|its|of|on|or|that|the|this|to|was|your)$/;

const wordsOf = (text: string): string[] =>
	(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !FILLERS.test(word));

/** Whether the API's text adds nothing to ours. */
function saysTheSame(detail: string, message: string): boolean {
	const said = new Set(wordsOf(message));
	const words = wordsOf(detail);
	// A single word may be the reason.
	return words.length > 1 && words.every((word) => said.has(word));
}

/** Texts for a failure; `hasOptions` if the node's options can be named. */
function failureText(failure: RequestFailure, hasOptions: boolean): ErrorText {
	const { detail } = failure;
	const { message, advice, inNode } = failure.text ?? textOf(failure.code, failure.status);
	const option = hasOptions && inNode ? ` ${inNode}` : '';
	const waits =
		failure.retryAfterMs === undefined
			? ''
			: ` KallyAI asks to wait ${durationText(Math.ceil(failure.retryAfterMs / 1000))}.`;
	const upgrade = failure.upgradeUrl ? ` Upgrade: ${failure.upgradeUrl}` : '';
	return {
		message: detail && !saysTheSame(detail, message) ? `${message}: ${detail}` : message,
		advice: `${advice}${option}${waits}${upgrade}`,
	};
}

/** What an error says: what happened, and what to do; plain text. */
export interface ErrorDescription {
	message: string;
	advice?: string;
}

/** The message with the advice: what may have been done comes before all other advice. */
function inOneText({ message, advice }: ErrorDescription, error: unknown): ErrorDescription {
	const unsure = error instanceof ApiRequestError ? error.failure.unsure : undefined;
	const next = unsure ?? advice;
	return { message: next ? `${message.replace(/\.$/, '')}. ${next}` : message, advice: next };
}

/**
 * Describes an error, with the item (counted from 1) and how far the run got. The editor's list searches have no
 * item and no progress.
 */
export function describeError(error: unknown, progress?: Progress): ErrorDescription {
	if (progress?.toModel) return inOneText(describeError(error), error);
	const suffix = progress ? ` [item ${progress.itemIndex + 1}]${progressText(progress)}` : '';
	if (error instanceof ApiRequestError) {
		const { message, advice } = failureText(error.failure, progress !== undefined);
		return { message: `${message}${suffix}`, advice };
	}
	if (error instanceof InputError) {
		return { message: `${error.message}${suffix}`, advice: error.advice };
	}
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		// The host's own texts, such as "needs to be reconnected", are better.
		return { message: error.message, advice: error.description ?? undefined };
	}
	const text = error instanceof Error ? error.message : String(error);
	return { message: `${safeText(text)}${suffix}` };
}

/**
 * The one place that converts errors to n8n's: message = what happened, description = what to do.
 *
 * A new NodeApiError is built from plain values: wrapping the host's error would ignore our texts and include the
 * request with its token (docs/decisions.md, 12).
 */
export function toNodeError(
	node: INode,
	error: unknown,
	progress?: Progress,
): NodeApiError | NodeOperationError {
	const index = progress?.toModel ? undefined : progress?.itemIndex;
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex ??= index;
		if (progress?.toModel) error.message = describeError(error, progress).message;
		return error;
	}
	// For several items, the editor appends this index to the message, counted from 0, after our own number.
	const itemIndex = progress?.items === 1 ? index : undefined;
	const described = describeError(error, progress);
	const failure = error instanceof ApiRequestError ? error.failure : undefined;
	const made = [...(progress?.made ?? []), ...(failure?.made === undefined ? [] : [failure.made])];
	const message = withoutMarkup(described.message);
	const description = withoutMarkup(
		[
			described.advice,
			madeText(made),
			failure?.correlationId && `Correlation ID: ${failure.correlationId}`,
		]
			.filter(Boolean)
			.join(' '),
	);
	if (!failure) {
		return new NodeOperationError(node, message, { description, itemIndex });
	}
	const { status, code, correlationId, detail } = failure;
	const httpCode = status === undefined ? null : String(status);
	const nodeError = new NodeApiError(
		node,
		{ code, message, ...(status === undefined ? {} : { statusCode: status }) },
		{ message, description, httpCode: httpCode ?? undefined, itemIndex },
	);
	// n8n replaces a message that contains the name of a system error, even within a word.
	nodeError.message = message;
	nodeError.description = description;
	nodeError.httpCode = httpCode;
	Object.assign(nodeError.context, {
		itemIndex,
		data: {
			code,
			detail,
			correlationId,
			...(progress && { item: progress.itemIndex + 1, done: progress.done, made }),
		},
	});
	return nodeError;
}
