import type { IDataObject } from 'n8n-workflow';

import { isPlainObject } from '../../shared/objects';
import { type Api, pause, send } from '../../shared/transport/api';
import type { Completion } from '../table/operation';
import { standsOf } from '../table/statuses';
import { DEFAULT_WAIT_SECONDS } from '../table/options';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

const hasEnded = (record: IDataObject, { statuses }: Completion): boolean =>
	standsOf(record, statuses) !== 'open';

/**
 * Follows the work that a response has started until it ends, with growing pauses; obeys cancelling.
 * When `maxWaitSeconds` are over, the last known state comes back with `timedOut: true`.
 */
export async function waitForEnd(
	api: Api,
	completion: Completion,
	answer: IDataObject,
	maxWaitSeconds = DEFAULT_WAIT_SECONDS,
): Promise<IDataObject> {
	const { as, id: idOf } = completion;
	const id = idOf(answer);
	const merged = (record: IDataObject): IDataObject => (as ? { ...answer, [as]: record } : record);
	if (typeof id !== 'string' || id === '') return answer;
	if (!as && hasEnded(answer, completion)) return answer;
	const { method, path } = completion.record.request;
	const request = { method, path: path.replace(/\{\w+\}/, () => encodeURIComponent(id)) };
	const deadline = Date.now() + maxWaitSeconds * 1000;
	let record: IDataObject = as ? {} : answer;
	for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 1.5, LONGEST_PAUSE_MS)) {
		const left = deadline - Date.now();
		if (left <= 0) return { ...merged(record), timedOut: true };
		await pause(api.context, Math.min(wait, left));
		const { body } = await send(api, request);
		if (isPlainObject(body)) record = body;
		if (hasEnded(record, completion)) return merged(record);
	}
}
