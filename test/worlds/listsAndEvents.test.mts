import type { IDataObject } from 'n8n-workflow';

import { sandboxedNode } from '../support/builtNode.mts';
import { triggerNode } from '../support/engine.mts';
import { WORLDS } from '../support/worlds.mts';

const built = sandboxedNode();

/** Events that are rows of lists, in the order in which they are made to happen. */
const EVENTS = [
	'actionLogged',
	'callFinished',
	'emailAwaitingApproval',
	'emailReceived',
	'goalChanged',
	'inboundCall',
	'message',
	'notification',
	'outreachFinished',
	'voicemail',
];

/** More than fits on the largest page that a source states. */
const MANY = 230;

interface Polled {
	items: IDataObject[];
	error?: string;
}

/** The trigger polling the sandbox. */
function polling(event: string) {
	const data: IDataObject = {};
	const node = {
		...triggerNode({ event: [event], options: {} }),
		id: `trigger ${event}`,
	};
	return async (): Promise<Polled> => {
		try {
			const output = (await built.engine.poll(node, data)) as Array<
				Array<{ json: IDataObject }>
			> | null;
			return { items: (output?.[0] ?? []).map(({ json }) => json) };
		} catch (error) {
			const { message, description = '' } = error as Error & { description?: string };
			return { items: [], error: `${message} | ${description}` };
		}
	};
}

const NAMED = /scope|web page|limit|only \d+ of its rows|rows, but gives|too many requests/i;

describe.each(['kind', ...WORLDS])('in the world %s', (world) => {
	beforeEach(async () => {
		await built.sandbox.control('world', { world });
	});

	test.each([
		['call', async () => await built.sandbox.control('calls', { count: MANY })],
		[
			'inboundCall',
			async () => await built.sandbox.control('events', { type: 'inboundCall', count: MANY }),
		],
		[
			'outreach',
			async () => await built.sandbox.control('events', { type: 'outreachFinished', count: MANY }),
		],
		[
			'goal',
			async () => await built.sandbox.control('events', { type: 'goalChanged', count: MANY }),
		],
	])(
		'Return All gives every %s once, or a hint says that there may be more',
		async (resource, fill) => {
			await fill();
			const { items, error, hints } = await built.engine.execute({
				resource,
				operation: 'getAll',
				returnAll: true,
				filters: {},
			});
			if (error) return expect(`${error.message} | ${error.description}`).toMatch(NAMED);
			const ids = items.map(({ json }) => json.call_id ?? json.id);
			expect(new Set(ids).size).toBe(ids.length);
			if (ids.length < MANY) expect(JSON.stringify(hints)).toMatch(/may be incomplete/);
		},
	);

	test.each(EVENTS)('%s is told once, or a message says what is in the way', async (event) => {
		const poll = polling(event);
		const first = await poll();
		const { ids } = await built.sandbox.control<{ ids: string[] }>('events', {
			type: event,
			count: 3,
		});
		const polls = [await poll(), await poll(), await poll()];
		const errors = [first, ...polls].flatMap(({ error }) => error ?? []);
		for (const error of errors) expect(error).toMatch(NAMED);
		// IDs have several names.
		const told = polls.flatMap(({ items }) =>
			items.map((item) => ids.find((id) => JSON.stringify(item).includes(id)) ?? item),
		);
		expect(told).toHaveLength(new Set(told).size);
		if (errors.length === 0) expect(told.sort()).toEqual([...ids].sort());
	});
});

test.each([3, 6])(
	'%i rows at the end of a list without limit and offset are told',
	async (count) => {
		await built.sandbox.control('world', { order: 'oldest', outreachFilters: 'one status' });
		const poll = polling('outreachFinished');
		await poll();
		await built.sandbox.control('events', { type: 'outreachFinished', count });
		expect((await poll()).items).toHaveLength(count);
		expect((await poll()).items).toEqual([]);
	},
);
