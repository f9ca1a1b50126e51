import { type INodeExecutionData, NodeOperationError, type IPollFunctions } from 'n8n-workflow';

import { rethrow } from '../../shared/errors/errors';
import { compareRows, type Row } from '../cursor/memory';
import { lookAt } from '../cursor/reader';
import type { ItemMaker } from './item';
import type { Content, EventList } from './list';

/** The newest row of one event; the first one if none has a time. */
function newestOf(rows: Array<Row<Content>>): Row<Content> | undefined {
	const timed = rows.filter(({ at }) => at !== undefined);
	return timed.length > 0 ? timed.sort((a, b) => compareRows(b, a))[0] : rows[0];
}

/** The newest row of each selected event, for building a workflow; nothing is remembered. */
export async function newestEvents(
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
	const items: INodeExecutionData[] = [];
	for (const { event, type } of lists) {
		const newest = newestOf(found.filter(({ content }) => content.event === event));
		if (newest) items.push((await maker.make(type, newest, newest.eventId)).item);
	}
	if (items.length > 0) return [items];
	if (errors.length > 0) throw rethrow(errors[0]);
	const names = lists.map(({ type }) => type.name).join(', ');
	const fields = new Set(lists.flatMap(({ type }) => Object.keys(type.sample)));
	throw new NodeOperationError(context.getNode(), `Nothing found yet for: ${names}`, {
		description: `Make one happen and fetch again, or publish the workflow and wait. Items have event, eventId, occurredAt and fields such as ${[...fields].join(', ')}.`,
	});
}
