import { anyCredentials } from '../support/recorder.mts';
import { sandboxedNode } from '../support/builtNode.mts';
import { leads, MAKE_CALL } from '../support/callsToMake.mts';

const built = sandboxedNode();

const OUTREACH = {
	resource: 'outreach',
	operation: 'create',
	goal: 'Confirm the visit on Friday',
	recipientIdentifier: '={{ $json.to }}',
};
const CONTINUE = { node: { onError: 'continueRegularOutput' as const } };

const requests = async () =>
	(await built.sandbox.control<Array<{ method: string; path: string }>>('requests')).map(
		({ method, path }) => `${method} ${path}`,
	);
const count = (list: string[], request: string) => list.filter((one) => one === request).length;

const CALL = 'POST /v1/calls';
const ESTIMATE = 'POST /v1/goals/estimate';
const BALANCE = 'GET /v1/credits/balance';

/** The sandbox estimates a call at 2 credits and an email at 0.5. */
describe('Max Credits per Item', () => {
	const capped = (maxCreditsPerCall: unknown) => ({
		...MAKE_CALL,
		options: { maxCreditsPerCall: maxCreditsPerCall as string },
	});

	test('lets a call pass whose estimate is not higher', async () => {
		const { status } = await built.engine.execute(capped(2), { items: leads(2) });
		expect(status).toBe('success');
		expect(await requests()).toEqual([ESTIMATE, ESTIMATE, CALL, CALL]);
	});

	test('refuses a dearer one, naming the option, the estimate and the item', async () => {
		const { error } = await built.engine.execute(capped('={{ $itemIndex === 1 ? 1.5 : 9 }}'), {
			items: leads(3),
		});
		expect(error?.message).toBe(
			"'Max Credits per Item' is 1.5, but KallyAI estimates 2 credits [item 2]. 0 of 3 items were done",
		);
		expect(error?.description).toMatch(/^Nothing was sent for this item/);
		expect(count(await requests(), CALL)).toBe(0);
	});

	test('under continue on fail keeps back the dear item alone', async () => {
		const { items } = await built.engine.execute(capped('={{ $itemIndex === 1 ? 1.5 : 9 }}'), {
			items: leads(3),
			...CONTINUE,
		});
		expect(items.map(({ json }) => json.status)).toEqual(['success', 'refused', 'success']);
		expect(count(await requests(), CALL)).toBe(2);
	});

	test('asks nothing as long as an item has bad input', async () => {
		const items = [...leads(2), { phone: 'nobody' }];
		const { error } = await built.engine.execute(capped(9), { items });
		expect(error?.message).toMatch(/E\.164.*\[item 3\]/);
		expect(await requests()).toEqual([]);
	});

	test.each(['={{ $json.nothing }}', '={{ "" }}', 'much', -1])(
		'given as %p is refused instead of being no cap',
		async (cap) => {
			const { error } = await built.engine.execute(capped(cap), { items: leads(1) });
			expect(error?.message).toMatch(/^'Max Credits per Item' must be a number of at least 0/);
			expect(await requests()).toEqual([]);
		},
	);

	test('of an outreach task follows the way the person is reached', async () => {
		const items = [{ to: 'name@example.org' }, { to: '+15550100' }];
		const {
			items: [email, call],
		} = await built.engine.execute(
			{ ...OUTREACH, options: { maxCreditsPerCall: 1 } },
			{ items, ...CONTINUE },
		);
		expect(email.json.status).toBe('pending');
		expect(call.json.error).toMatch(/is 1, but KallyAI estimates 2 credits \[item 2\]$/);
	});

	test('sends nothing where no estimate can be had', async () => {
		Object.assign(built.engine.credentials, anyCredentials(built.recorder.baseUrl));
		built.recorder.answer(() => ({ confidence: 'none' }));
		const { error } = await built.engine.execute(capped(9), { items: leads(1) });
		expect(error?.message).toMatch(/^KallyAI returned no estimate/);
		expect(built.recorder.requests.map(({ path }) => path)).toEqual(['/v1/goals/estimate']);

		built.recorder.answer((_request, response) => void response.writeHead(500).end('{}'));
		const failed = await built.engine.execute(capped(9), { items: leads(1) });
		expect(failed.error?.message).toMatch(/\[item 1\]$/);
		expect(built.recorder.requests.map(({ path }) => path)).toEqual(['/v1/goals/estimate']);
	});

	test.each([
		['call.make', MAKE_CALL, 'call', 'Ask whether the order has arrived'],
		[
			'booking.create',
			{
				resource: 'booking',
				operation: 'create',
				type: 'hotel',
				additionalFields: { date: '2031-05-16', name: 'Ines Soto', notes: 'Hotel Sol' },
			},
			'booking',
			'hotel, 2031-05-16, Hotel Sol',
		],
		[
			'errand.run',
			{ resource: 'errand', operation: 'run', description: 'Post a parcel' },
			'errand',
			'Post a parcel',
		],
		[
			'errand.orderFood',
			{ resource: 'errand', operation: 'orderFood', description: 'Two pizzas' },
			'food',
			'Two pizzas',
		],
		[
			'errand.requestRide',
			{
				resource: 'errand',
				operation: 'requestRide',
				pickup: '9 High Street',
				destination: 'Station',
			},
			'ride',
			'9 High Street, Station',
		],
	])('estimates %s as what it is', async (_id, parameters, type, description) => {
		Object.assign(built.engine.credentials, anyCredentials(built.recorder.baseUrl));
		built.recorder.answer(({ path }) =>
			path === '/v1/goals/estimate' ? { estimated_credits: '7.5' } : {},
		);
		const { error } = await built.engine.execute(
			{ ...parameters, options: { maxCreditsPerCall: 7 } },
			{ items: leads(1) },
		);
		expect(error?.message).toMatch(/is 7, but KallyAI estimates 7\.5 credits/);
		expect(built.recorder.requests.map(({ body }) => body)).toEqual([{ type, description }]);
	});
});

/** What is recommended where several items spend without a key. */
const KEY_HINT = {
	type: 'info',
	message: expect.stringContaining("option 'Do Only Once (Key)'"),
	location: 'outputPane',
};

describe('after a run', () => {
	test('of several calls a hint says how they ended and what they cost', async () => {
		await built.sandbox.control('scenario', {
			outcome: ['success', 'no_answer', 'success', 'busy'],
		});
		const { hints } = await built.engine.execute(MAKE_CALL, { items: leads(4) });
		expect(hints).toEqual([
			{
				message: '2 of 4 calls reached somebody, 1 no answer, 1 busy; 6 credits spent',
				type: 'info',
				location: 'outputPane',
			},
			KEY_HINT,
		]);
		expect(count(await requests(), BALANCE)).toBe(0);
	});

	test('refused items are counted as such', async () => {
		const items = [...leads(2), { phone: '+19005550100' }, { phone: 'nobody' }];
		const { hints } = await built.engine.execute(MAKE_CALL, { items, ...CONTINUE });
		expect(hints).toMatchObject([
			{ message: '2 of 4 calls reached somebody, 2 refused; 4 credits spent' },
			KEY_HINT,
		]);
	});

	test('what was done before counts neither as reached nor as spent, and a key needs no advice', async () => {
		const parameters = { ...MAKE_CALL, options: { idempotencyKey: '={{ $json.id }}' } };
		const keyed = leads(3).map((lead) => ({ ...lead, id: `replayed-${lead.id}` }));
		await built.engine.execute(parameters, { items: keyed.slice(0, 2), executionId: '21' });
		const { hints, items } = await built.engine.execute(parameters, {
			items: keyed,
			executionId: '22',
		});
		expect(items.map(({ json }) => json.replayed ?? false)).toEqual([true, true, false]);
		expect(hints).toMatchObject([
			{ message: '1 of 3 calls reached somebody, 2 done before; 2 credits spent' },
		]);
	});

	test('of a single item nothing is said, nor of reading', async () => {
		expect((await built.engine.execute(MAKE_CALL, { items: leads(1) })).hints).toEqual([]);
		const read = await built.engine.execute(
			{ resource: 'credit', operation: 'getBalance' },
			{ items: leads(3) },
		);
		expect(read.hints).toEqual([]);
	});

	test("the balance is read once with 'Warn Below Credits', which warns below it", async () => {
		await built.sandbox.control('scenario', { credits: 12 });
		const warn = async (executionId: string) => {
			const parameters = { ...MAKE_CALL, options: { creditsWarning: 5 } };
			return (await built.engine.execute(parameters, { items: leads(2), executionId })).hints;
		};
		expect(await warn('1')).toMatchObject([
			{ message: '2 of 2 calls reached somebody; 4 credits spent, 8 left' },
			KEY_HINT,
		]);
		expect(count(await requests(), BALANCE)).toBe(1);
		expect(await warn('2')).toMatchObject([
			{ type: 'info' },
			{ type: 'warning', message: "Only 4 credits are left, less than 'Warn Below Credits' (5)" },
			KEY_HINT,
		]);
	});

	test('a balance that cannot be read fails nothing', async () => {
		await built.sandbox.control('faults', { path: '/v1/credits/balance', status: 503, times: 9 });
		const { hints, items, status } = await built.engine.execute(
			{ ...MAKE_CALL, options: { creditsWarning: 5 } },
			{ items: leads(1) },
		);
		expect(status).toBe('success');
		expect(items).toHaveLength(1);
		expect(hints).toMatchObject([
			{ type: 'warning', message: 'The credit balance could not be read' },
		]);
		expect(count(await requests(), BALANCE)).toBe(1);
	});

	test('tasks and messages are summed up, too', async () => {
		const tasks = await built.engine.execute(OUTREACH, {
			items: [{ to: 'name@example.org' }, { to: 'other@example.org' }],
		});
		expect(tasks.hints).toMatchObject([
			{ message: '0 of 2 tasks reached somebody, 2 pending' },
			KEY_HINT,
		]);
		const messages = await built.engine.execute(
			{ resource: 'assistant', operation: 'ask', message: 'Find a plumber' },
			{ items: [{}, {}] },
		);
		expect(messages.hints).toMatchObject([
			{ message: '2 of 2 messages were answered; 0.5 credits spent' },
			KEY_HINT,
		]);
	});

	test('a host without hints loses nothing else', async () => {
		const { ExecuteContext } = await import('n8n-core');
		const { addExecutionHints } = ExecuteContext.prototype;
		Object.assign(ExecuteContext.prototype, { addExecutionHints: undefined });
		try {
			const { status, items, hints } = await built.engine.execute(MAKE_CALL, { items: leads(2) });
			expect([status, items.length, hints]).toEqual(['success', 2, []]);
		} finally {
			ExecuteContext.prototype.addExecutionHints = addExecutionHints;
		}
	});
});
