import { DateTime } from 'luxon';

import { recordedNode } from '../support/builtNode.mts';
import { EMAIL_ABOUT_LEAD, MAKE_CALL, REACH_LEAD, leads } from '../support/callsToMake.mts';

const built = recordedNode();
const MINUTE_MS = 60_000;

/** Hours that are over by some minutes, or not, on the clocks of a time zone. */
function hoursAround(zone: string, { open }: { open: boolean }): string {
	const now = DateTime.now().setZone(zone);
	const [from, to] = open ? [-60, 60] : [-180, -60];
	const clock = (minutes: number) => now.plus({ minutes }).toFormat('HH:mm');
	return `daily ${clock(from)}-${clock(to)}`;
}

const ASIA = 'Asia/Kathmandu';
const SHUT = hoursAround(ASIA, { open: false });
const OPEN = hoursAround(ASIA, { open: true });

const posts = () => built.recorder.requests.filter(({ method }) => method === 'POST');

beforeEach(() => built.recorder.answer(() => ({ call_id: 'c-1', id: 'c-1', status: 'success' })));

const REPLY = { resource: 'email', operation: 'respond', messageId: 'm-1' };
const RETRY = { resource: 'outreach', operation: 'retry', taskId: 't-1' };
const APPROVE = { resource: 'email', operation: 'approve', emailId: 'e-1' };

test.each([
	['call.make', MAKE_CALL],
	['outreach.create', REACH_LEAD],
	['outreach.retry', RETRY],
	['email.respond', REPLY],
	['email.approve', APPROVE],
])('%s contacts nobody outside of the hours, and says when it would', async (_work, parameters) => {
	const options = { callingHours: SHUT, recipientTimezone: ASIA, waitForCompletion: false };
	const before = Date.now();
	const { items } = await built.engine.execute(
		{ ...parameters, options },
		{ items: leads(1), node: { onError: 'continueRegularOutput' } },
	);
	expect(posts()).toHaveLength(0);
	const { error, details } = items[0].json as any;
	expect(error).toMatch(
		/^'Contact Hours' do not allow this before .*\(time zone Asia\/Kathmandu\)/,
	);
	expect(details.code).toBe('outside_contact_hours');
	expect(details.nextAllowedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z$/);
	const wait = (Date.parse(details.nextAllowedAt) - before) / MINUTE_MS;
	expect(wait).toBeGreaterThan(20 * 60);
	expect(wait).toBeLessThan(22 * 60);

	const within = await built.engine.execute(
		{ ...parameters, options: { ...options, callingHours: OPEN } },
		{ items: leads(1) },
	);
	expect(within.status).toBe('success');
	expect(posts()).toHaveLength(1);
});

test('each lead has the hours of its own time zone, and the others are called', async () => {
	const hours = hoursAround('UTC', { open: true });
	const zones = ['Etc/GMT+6', 'UTC', '', 'Etc/GMT-6'];
	const items = leads(4).map((lead, index) => ({ ...lead, zone: zones[index] }));
	const { items: out } = await built.engine.execute(
		{
			...MAKE_CALL,
			timezone: 'UTC',
			options: { callingHours: hours, recipientTimezone: '={{ $json.zone }}' },
		},
		{ items, node: { onError: 'continueErrorOutput' } },
	);
	const called = posts().map(({ body }) => (body as any).submission.respondent_phone);
	expect(called).toEqual([items[1].phone, items[2].phone]);
	expect(out.map(({ json }) => (json as any).call_id)).toEqual(['c-1', 'c-1']);
});

test('without a time zone of its own an operation has that of the workflow', async () => {
	const options = { callingHours: SHUT };
	const run = async (timezone: string) =>
		await built.engine.execute({ ...REACH_LEAD, options }, { items: leads(1), timezone });
	const { error } = await run(ASIA);
	expect(error?.message).toMatch(/\(time zone Asia\/Kathmandu\) \[item 1\]$/);
	expect(error?.description).toMatch(/^Nothing was sent for this item/);
	expect(posts()).toHaveLength(0);
});

test.each([
	[
		'hours that cannot be read',
		{ callingHours: '9-5' },
		/^'Contact Hours' must be hours of the week/,
	],
	[
		'an expression that finds nothing',
		{ callingHours: '={{ $json.nothing }}' },
		/^'Contact Hours'/,
	],
	[
		'a zone that nobody knows',
		{ callingHours: OPEN, recipientTimezone: 'Mars/Base' },
		/^'Recipient Time Zone Name or ID' must be an IANA time zone/,
	],
])('%s stops everything before anything is sent', async (_what, options, message) => {
	const { error } = await built.engine.execute({ ...MAKE_CALL, options }, { items: leads(2) });
	expect(error?.message).toMatch(message);
	expect(posts()).toHaveLength(0);
});

test('an email that only waits for its approval has no hours', async () => {
	const { status } = await built.engine.execute(
		{ ...EMAIL_ABOUT_LEAD, options: { callingHours: SHUT, recipientTimezone: ASIA } },
		{ items: leads(1) },
	);
	expect(status).toBe('success');
});

describe('the moment of sending counts', () => {
	const ZONE = 'UTC';
	const realNow = Date.now;
	/** How far the node's clock is ahead of ours. */
	let ahead: number;
	let clock: jest.SpyInstance<number>;
	beforeEach(() => {
		ahead = Date.parse('2031-03-03T16:59:00Z') - realNow();
		clock = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ahead);
	});
	afterEach(() => clock.mockRestore());

	const options = { callingHours: 'Mon-Fri 09:00-17:00', recipientTimezone: ZONE };

	test('an item that waited behind others is not sent after the end', async () => {
		built.recorder.answer(() => {
			ahead += 2 * MINUTE_MS;
			return { call_id: 'c-1', status: 'success' };
		});
		const { items } = await built.engine.execute(
			{ ...MAKE_CALL, options },
			{ items: leads(3), node: { onError: 'continueRegularOutput' } },
		);
		expect(posts()).toHaveLength(1);
		expect(items.map(({ json }) => (json as any).details?.nextAllowedAt)).toEqual([
			undefined,
			'2031-03-04T09:00:00.000Z',
			'2031-03-04T09:00:00.000Z',
		]);
	});

	test('a request that the server asks to send again later is not sent after the end', async () => {
		built.recorder.answer((_request, response) => {
			ahead += 2 * MINUTE_MS;
			response.writeHead(429, { 'retry-after': '0', 'content-type': 'application/json' });
			return response.end('{}');
		});
		const { items } = await built.engine.execute(
			{ ...MAKE_CALL, options },
			{ items: leads(1), node: { onError: 'continueRegularOutput' } },
		);
		expect(posts()).toHaveLength(1);
		expect((items[0].json as any).details.code).toBe('outside_contact_hours');
	});

	test('an item whose turn comes after Send Within is not sent', async () => {
		built.recorder.answer(() => {
			ahead += 20_000;
			return { call_id: 'c-1', status: 'success' };
		});
		const { items } = await built.engine.execute(
			{ ...MAKE_CALL, options: { sendWithin: 30 } },
			{ items: leads(4), node: { onError: 'continueRegularOutput' } },
		);
		expect(posts()).toHaveLength(2);
		const codes = items.map(({ json }) => (json as any).details?.code);
		expect(codes).toEqual([undefined, undefined, 'not_sent_in_time', 'not_sent_in_time']);
		expect((items[2].json as any).error).toBe(
			"'Send Within (Seconds)' is 30, but this item's turn came later [item 3]",
		);
		expect((items[2].json as any).status).toBe('refused');
	});

	test('nothing is sent where Send Within is 0: the time is over', async () => {
		const sendWithin = '={{ Math.max(0, $json.left) }}';
		const { items } = await built.engine.execute(
			{ ...MAKE_CALL, options: { sendWithin } },
			{
				items: leads(2).map((lead) => ({ ...lead, left: -7.5 })),
				node: { onError: 'continueRegularOutput' },
			},
		);
		expect(posts()).toEqual([]);
		const codes = items.map(({ json }) => (json as any).details?.code);
		expect(codes).toEqual(['not_sent_in_time', 'not_sent_in_time']);
	});

	test('what was done before is given out at any time', async () => {
		const keyed = { ...MAKE_CALL, options: { ...options, idempotencyKey: 'hours-1' } };
		await built.engine.execute(keyed, { items: leads(1) });
		ahead += 8 * 60 * MINUTE_MS;
		const again = await built.engine.execute(keyed, { items: leads(1) });
		expect(again.items[0].json).toMatchObject({ call_id: 'c-1', replayed: true });
		expect(posts()).toHaveLength(1);
	});
});
