import { type INodeExecutionData, NodeOperationError, type IPollFunctions } from 'n8n-workflow';

import { rethrow } from '../../shared/errors/errors';
import { compareRows, type Row } from '../cursor/memory';
import { lookAt } from '../cursor/reader';
import type { ItemMaker } from './item';
import type { Content, EventList } from './list';

/** The newest event there is, for building a workflow on it; nothing is remembered. */
export async function newestEvent(
	context: IPollFunctions,
	lists: EventList[],
	maker: ItemMaker,
	tolerance: number,
): Promise<INodeExecutionData[][]> {
	const errors: unknown[] = [];
	const looks = await Promise.all(
		lists.map(async (list) => {
			try {
				const source = Object.assign(Object.create(list), { follows: false }) as EventList;
				return (await lookAt(source, undefined, tolerance)).rows;
			} catch (error) {
				errors.push(error);
				return [];
			}
		}),
	);
	const found: Array<Row<Content>> = looks.flat().filter(({ wanted }) => wanted);
	const timed = found.filter(({ at }) => at !== undefined);
	const newest = timed.length > 0 ? timed.sort((a, b) => compareRows(b, a))[0] : found[0];
	if (newest) {
		const list = lists.find(({ event }) => event === newest.content.event) as EventList;
		return [[(await maker.make(list.type, newest, newest.eventId)).item]];
	}
	if (errors.length > 0) throw rethrow(errors[0]);
	const names = lists.map(({ type }) => type.name).join(', ');
	const fields = new Set(lists.flatMap(({ type }) => Object.keys(type.sample)));
	throw new NodeOperationError(context.getNode(), `Nothing found yet for: ${names}`, {
		description: `Let one happen and fetch again, or publish the workflow and wait for it. Items carry event, eventId, occurredAt and fields such as ${[...fields].join(', ')}.`,
	});
}
