import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { ApiRequestError } from '../../shared/errors/errors';
import { toNodeError } from '../../shared/errors/nodeError';
import { foldedName } from '../../shared/names';
import { isPlainObject } from '../../shared/objects';
import type { Api } from '../../shared/transport/api';
import { downloadFile } from '../../shared/transport/files';
import { hasLink, linkIn } from '../../shared/transport/links';
import { pathTo } from '../../shared/transport/request';
import { RECORDING } from '../../KallyAi/table/answers';
import type { Operation } from '../../KallyAi/table/operation';
import { transcript } from '../../KallyAi/table/transcript';
import type { Row } from '../cursor/memory';
import type { Clock } from './clock';
import type { EventType } from './eventType';
import { type Content, readOnce } from './list';

/** What is fetched with an event. */
export interface Additions {
	includeRecording: boolean;
	includeTranscript: boolean;
}

/** Maximum number of polls that request something that does not exist yet, and of minutes. */
const MOST_POLLS_FOR_LATER = 10;
export const MOST_MINUTES_FOR_LATER = 15;
/** Timeout of a recording in this poll in seconds, for its first byte and for the rest. */
const LONGEST_DOWNLOAD = 60;

const NOT_THERE_YET = [202, 404, 425];
/** Statuses of a response about something that is being prepared. */
const IN_THE_MAKING = ['pending', 'processing', 'queued', 'in_progress', 'scheduled'];
/** Maximum number of polls that request something after server errors. */
const MOST_POLLS_FOR_FAILING = 3;

/** The result for an event: its item, and for how many polls it may wait for missing parts. */
export interface Made {
	item: INodeExecutionData;
	waits: number;
}

const notReady = (): ApiRequestError =>
	new ApiRequestError({ code: 'not_ready', status: 202, connectionLost: false });

const isInTheMaking = (answer: unknown): boolean =>
	isPlainObject(answer) && IN_THE_MAKING.includes(foldedName(String(answer.status)));

/** Whether a transcript says what was said, even if it was nothing. */
const saysSomething = ({ entries, transcript: said, data, text }: IDataObject): boolean =>
	[entries, said, data, text].some((part) => Array.isArray(part) || (part ?? '') !== '');

/**
 * Something that is requested with an event: it may be available later (404 or 202), fail, or be refused
 * permanently.
 */
type Addition<T> = { value: T } | { waits: number; error: string | null };

async function fetched<T>(context: IPollFunctions, work: () => Promise<T>): Promise<Addition<T>> {
	try {
		return { value: await work() };
	} catch (error) {
		const failure = error instanceof ApiRequestError ? error.failure : undefined;
		if (NOT_THERE_YET.includes(failure?.status ?? 0)) {
			return { waits: MOST_POLLS_FOR_LATER, error: null };
		}
		const isPassing =
			failure !== undefined &&
			(failure.connectionLost || failure.status === 429 || (failure.status ?? 0) >= 500);
		const { message } = toNodeError(context.getNode(), error);
		return { waits: isPassing ? MOST_POLLS_FOR_FAILING : 0, error: message };
	}
}

/** Creates the items of events, with what the options add to them. */
export class ItemMaker {
	private readonly context: IPollFunctions;

	private readonly api: Api;

	private readonly clock: Clock;

	private readonly additions: Additions;

	constructor(context: IPollFunctions, api: Api, clock: Clock, additions: Additions) {
		this.context = context;
		this.api = api;
		this.clock = clock;
		this.additions = additions;
	}

	/** The item of an event; null for parts that are not available, with the reason next to it. */
	async make(type: EventType, { content }: Row<Content>, eventId: string): Promise<Made> {
		const { event, id, occurredAt, row } = content;
		const { error, $error: hostError, ...fields } = row;
		const own = { event, eventId, occurredAt };
		const json: IDataObject = { ...own, ...fields, ...own };
		// n8n treats these at the top level as a failure (docs/decisions.md, 11).
		if (error !== undefined) json[`${type.resource}Error`] = error;
		if (hostError !== undefined) json[`${type.resource}$Error`] = hostError;
		const item: INodeExecutionData = { json };
		const { audio } = type;
		if (!audio) return { item, waits: 0 };
		const isSilent = audio.silent.includes(foldedName(String(row.status)));
		const [said, recorded] = await Promise.all([
			this.additions.includeTranscript ? this.transcript(audio.transcript, id) : undefined,
			this.additions.includeRecording ? this.recording(audio.recording, id) : undefined,
		]);
		let waits = 0;
		const put = (name: string, addition: Addition<IDataObject>) => {
			json[name] = 'value' in addition ? addition.value : null;
			if ('value' in addition) return;
			if (addition.error !== null) json[`${name}Error`] = addition.error;
			if (!isSilent || addition.error !== null) waits = Math.max(waits, addition.waits);
		};
		if (said) put('transcript', said);
		if (recorded) {
			put('recording', 'value' in recorded ? { value: recorded.value.answer } : recorded);
			if ('value' in recorded) item.binary = { recording: recorded.value.file };
		}
		return { item, waits };
	}

	private async read(operation: Operation, id: string): Promise<unknown> {
		const path = pathTo(operation.request.path, id);
		if (path === undefined)
			throw new ApiRequestError({ code: 'http_404', status: 404, connectionLost: false });
		const { status, body } = await readOnce(this.api, this.clock, path);
		// Accepted: it is being prepared.
		if (status === 202) throw notReady();
		return body;
	}

	private async transcript(operation: Operation, id: string): Promise<Addition<IDataObject>> {
		return await fetched(this.context, async () => {
			const answer = await this.read(operation, id);
			const entries = Array.isArray(answer) ? { entries: answer } : answer;
			if (isPlainObject(entries) && saysSomething(entries)) return transcript(entries);
			throw notReady();
		});
	}

	private async recording(operation: Operation, id: string) {
		return await fetched(this.context, async () => {
			const answer = await this.read(operation, id);
			if (!hasLink(answer) && isInTheMaking(answer)) throw notReady();
			const link = linkIn(answer, this.api.baseUrl);
			// Half of the time: a host that does not respond leaves time for the others.
			const seconds = Math.min(LONGEST_DOWNLOAD, Math.ceil(this.clock.secondsLeft() / 2));
			const file = await downloadFile(this.api, this.context, { link }, RECORDING, { seconds });
			return { answer: answer as IDataObject, file };
		});
	}
}
