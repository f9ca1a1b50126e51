import { requestsTo, testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const { get, post, credits } = requestsTo(sandbox);
const newestAction = async () => (await get('/v1/actions/log', { limit: 1 })).actions[0];
const undo = async (id: string) => await post(`/v1/actions/${id}/undo`);

const BOOKING = { type: 'restaurant', restaurant_id: 'rst-2', date: '2031-05-16', time: '19:30' };
const DAY = '2031-05-16';
const EVENT = { title: 'Dentist', start: `${DAY}T10:15`, end: `${DAY}T11:45` };

const starts = async (minutes?: number) =>
	(await get('/v1/actions/calendar/slots', { date: DAY, duration_minutes: minutes })).slots.map(
		({ start }: any) => start.slice(11, 16),
	);

test('undoing a booking cancels it', async () => {
	const { data: booking } = await post('/v1/actions/bookings', BOOKING);
	expect(booking).toMatchObject({ ...BOOKING, status: 'confirmed' });
	const action = await newestAction();
	expect(action).toMatchObject({ type: 'booking', undoable: true });
	expect((await undo(action.id)).data).toEqual({ ...action, status: 'undone', undoable: false });
	expect((await sandbox.http.delete(`/v1/actions/bookings/${booking.id}`)).status).toBe(409);
	const again = await undo(action.id);
	expect([again.status, again.data.error.code]).toEqual([409, 'action_not_undoable']);
});

test('what was cancelled by itself cannot be undone any more', async () => {
	const { data: booking } = await post('/v1/actions/bookings', BOOKING);
	const { id } = await newestAction();
	const cancelled = await sandbox.http.delete(`/v1/actions/bookings/${booking.id}`, { data: {} });
	expect(cancelled.data).toMatchObject({ id: booking.id, status: 'cancelled' });
	expect((await undo(id)).data.error.code).toBe('action_not_undoable');
});

test('undoing an email takes it back while it waits, not when it has left', async () => {
	const email = { to: 'clara@example.org', subject: 'Offer', body: 'On Friday?' };
	const { data: first } = await post('/v1/actions/email/send', email);
	await undo((await newestAction()).id);
	expect((await post(`/v1/actions/email/${first.id}/approve`)).status).toBe(409);

	const { data: second } = await post('/v1/actions/email/send', email);
	await post(`/v1/actions/email/${second.id}/approve`);
	const action = await newestAction();
	expect(action).toMatchObject({ status: 'completed', undoable: false });
	expect((await undo(action.id)).status).toBe(409);
});

test.each([
	['a ride', '/v1/actions/tasks/ride', { pickup: 'A', destination: 'B' }, 'ride', 0.75, true],
	['food', '/v1/actions/tasks/food', { description: 'Pizza' }, 'food', 0.75, false],
	['an errand', '/v1/actions/tasks/errand', { description: 'Ask' }, 'errand', 1, true],
	['a dispute', '/v1/actions/bills/dispute', { description: 'Bill' }, 'bill', 1, false],
	['a booking', '/v1/actions/bookings', { type: 'hotel' }, 'booking', 0.75, true],
])(
	'%s is logged and uses credits; without them nothing happens',
	async (_name, path, body, type, price, undoable) => {
		const before = await credits();
		expect((await post(path, body)).data.credits_used).toBe(price);
		expect(await credits()).toBe(before - price);
		const { actions } = await get('/v1/actions/log', { type });
		expect(actions[0]).toMatchObject({ type, undoable });
		expect((await undo(actions[0].id)).status).toBe(undoable ? 200 : 409);

		await sandbox.control('scenario', { credits: 0 });
		expect((await post(path, body)).status).toBe(402);
		expect((await get('/v1/actions/log', { type })).actions).toHaveLength(actions.length);
	},
);

test('a bill above the usual is too high', async () => {
	const analyze = async (amount?: number) =>
		(await post('/v1/actions/bills/analyze', { description: 'Internet', amount })).data.analysis;
	expect((await analyze(52.9)).overcharge_detected).toBe(true);
	expect((await analyze(35)).overcharge_detected).toBe(false);
	expect((await analyze()).overcharge_detected).toBe(false);
	expect((await get('/v1/credits/history', { limit: 1 })).entries).toMatchObject([
		{ type: 'bill_analysis', credits: 1 },
	]);
});

test('slots go around events, and come back with undo and deletion', async () => {
	const free = await starts(60);
	expect(free).toEqual(['09:00', '10:00', '11:00', '12:00', '13:00', '14:00', '15:00', '16:00']);
	const { status, data } = await post('/v1/actions/calendar/events', EVENT);
	expect([status, data.start, data.end]).toEqual([201, `${DAY}T10:15:00`, `${DAY}T11:45:00`]);
	expect(await starts(60)).toEqual(['09:00', '11:45', '12:45', '13:45', '14:45', '15:45']);
	expect(await starts()).toHaveLength(12);
	await undo((await newestAction()).id);
	expect(await starts(60)).toEqual(free);

	const path = '/v1/actions/calendar/events';
	const { data: second } = await post(path, EVENT);
	expect((await sandbox.http.delete(`${path}/${second.id}`)).data.status).toBe('deleted');
	expect((await sandbox.http.delete(`${path}/${second.id}`)).status).toBe(404);
	expect(await starts(60)).toEqual(free);
});

test('an event needs a time that exists and an end after its beginning', async () => {
	const add = async (changes: object) =>
		(await post('/v1/actions/calendar/events', { ...EVENT, ...changes })).data.error?.code;
	expect(await add({ start: '2031-02-30T10:00' })).toBe('validation_failed');
	expect(await add({ start: 'tomorrow' })).toBe('validation_failed');
	expect(await add({ end: EVENT.start })).toBe('scheduling_violation');
	expect(await add({ end: undefined })).toBeUndefined();
});

test('a sync counts what is in the calendar', async () => {
	const { data: before } = await post('/v1/actions/calendar/sync', {});
	await post('/v1/actions/calendar/events', EVENT);
	expect((await post('/v1/actions/calendar/sync')).data).toMatchObject({
		status: 'synced',
		event_count: before.event_count + 1,
	});
});

test('restaurants are found by their kitchen, and only known ones are booked', async () => {
	const search = async (query: string, party_size = 2) =>
		(
			await post('/v1/actions/bookings/restaurants/search', {
				query,
				party_size,
				location: 'Bristol',
			})
		).data.results;
	const [spanish, ...others] = await search('Quiet Spanish restaurant');
	expect(others).toEqual([]);
	expect(spanish).toMatchObject({ cuisine: 'Spanish', availability: 'available' });
	expect(spanish.address).toMatch(/, Bristol$/);
	expect(await search('Anything')).not.toHaveLength(0);
	expect((await search('Spanish', 20))[0].availability).toBe('on_request');
	expect((await post('/v1/actions/bookings', { ...BOOKING, restaurant_id: 'x' })).status).toBe(404);
});

test('searches cost credits and are remembered', async () => {
	const before = await credits();
	const { data: deep } = await post('/v1/search', { query: 'Locksmith', location: 'Bristol' });
	const { data: quick } = await post('/v1/search/quick', { query: 'Florist' });
	expect(deep.results.length).toBeGreaterThan(quick.results.length);
	expect(deep.results[0].address).toMatch(/, Bristol$/);
	expect(await credits()).toBe(before - deep.credits_used - quick.credits_used);
	expect((await get('/v1/search/history')).searches.slice(0, 2)).toMatchObject([
		{ query: 'Florist', location: null, mode: 'quick', result_count: quick.results.length },
		{ query: 'Locksmith', location: 'Bristol', mode: 'deep', result_count: deep.results.length },
	]);
	await sandbox.control('scenario', { credits: 0 });
	expect((await post('/v1/search', { query: 'Baker' })).status).toBe(402);
	expect((await get('/v1/search/history')).searches[0].query).toBe('Florist');
});

test('the same idempotency key books once', async () => {
	const book = () =>
		sandbox.http.post('/v1/actions/bookings', BOOKING, { headers: { 'Idempotency-Key': 'k-1' } });
	const [first, second] = [await book(), await book()];
	expect(second.data).toEqual(first.data);
	const { actions } = await get('/v1/actions/log', { type: 'booking' });
	expect(
		actions.filter(({ description }: any) => description === 'Booked Casa Brisa'),
	).toHaveLength(1);
});
