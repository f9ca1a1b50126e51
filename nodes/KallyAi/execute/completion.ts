import type { IDataObject } from 'n8n-workflow';

import { isPlainObject } from '../../shared/objects';
import type { CompletionSpec } from '../table/operation';
import { DEFAULT_TIMEOUT_SECONDS, DEFAULT_WAIT_SECONDS } from '../../shared/transport/settings';
import { type Api, pause, send } from '../../shared/transport/api';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

/** Whether a record is in a state that it stays in. */
function hasEnded(record: IDataObject, { final }: CompletionSpec): boolean {
	return typeof record.status === 'string' && final.includes(record.status);
}

/**
 * Follows the work that an answer has started until it ends, with growing pauses; obeys cancelling.
 * When `maxWaitSeconds` are over, the last known state comes back with `timedOut: true`.
 */
export async function waitForEnd(
	api: Api,
	spec: CompletionSpec,
	answer: IDataObject,
	maxWaitSeconds = DEFAULT_WAIT_SECONDS,
): Promise<IDataObject> {
	const id = spec.id(answer);
	const merged = (record: IDataObject): IDataObject =>
		spec.as ? { ...answer, [spec.as]: record } : record;
	if (typeof id !== 'string' || id === '') return answer;
	if (!spec.as && hasEnded(answer, spec)) return answer;
	const deadline = Date.now() + maxWaitSeconds * 1000;
	let record: IDataObject = spec.as ? {} : answer;
	for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 1.5, LONGEST_PAUSE_MS)) {
		const left = deadline - Date.now();
		if (left <= 0) return { ...merged(record), timedOut: true };
		await pause(api.context, Math.min(wait, left));
		const { body } = await send(api, {
			method: 'GET',
			path: spec.path.replace('{id}', () => encodeURIComponent(id)),
			timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
		});
		if (isPlainObject(body)) record = body;
		if (hasEnded(record, spec)) return merged(record);
	}
}
