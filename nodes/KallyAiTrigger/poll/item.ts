import type { IBinaryData, IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { ApiRequestError, rethrow } from '../../shared/errors/errors';
import { isPlainObject } from '../../shared/objects';
import { downloadFile } from '../../shared/transport/files';
import { linkIn } from '../../shared/transport/links';
import { RECORDING } from '../../KallyAi/table/answers';
import { transcript } from '../../KallyAi/table/transcript';
import type { Api } from '../../shared/transport/api';
import { events } from '../events';
import { type Content, readOnce } from './source';

/** What is fetched with an event. */
export interface Additions {
	includeRecording?: boolean;
	includeTranscript?: boolean;
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
	try {
		return await work;
	} catch (error) {
		if (error instanceof ApiRequestError && error.failure.status === 404) return null;
		throw rethrow(error);
	}
}

/** The item of an event, with what the options add to it; null stands for what is not there. */
export async function toItem(
	context: IPollFunctions,
	api: Api,
	{ event, id, eventId, occurredAt, row }: Content,
	{ includeRecording, includeTranscript }: Additions,
): Promise<INodeExecutionData> {
	const { hasAudio, list, resource } = events[event];
	const { error, ...fields } = row;
	const own = { event, eventId, occurredAt };
	const json: IDataObject = { ...own, ...fields, ...own };
	// n8n takes an `error` at the top for a failed run ((docs/decisions.md, 11)).
	if (error !== undefined) json[`${resource}Error`] = error;
	if (!hasAudio) return { json };
	const read = async (part: string): Promise<unknown> =>
		(await readOnce(api, `${list.path}/${encodeURIComponent(id)}/${part}`)).body;
	if (includeTranscript) {
		const answer = await orNull(read('transcript'));
		const entries = Array.isArray(answer) ? { entries: answer } : answer;
		json.transcript = isPlainObject(entries) ? transcript(entries) : null;
	}
	if (!includeRecording) return { json };
	const answer = await orNull(read('recording'));
	json.recording = answer as IDataObject;
	if (answer === null) return { json };
	const file: IBinaryData | null = await orNull(
		downloadFile(api, context, { link: linkIn(answer, api.baseUrl) }, RECORDING),
	);
	return file ? { json, binary: { recording: file } } : { json };
}
