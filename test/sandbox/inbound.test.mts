import { testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const CALLS = '/v1/inbound/calls';
const RULES = '/v1/inbound/rules';
const CONTACTS = '/v1/inbound/contacts';
const NOBODY = { headers: { Authorization: null } };

const list = async (params: object = {}) => (await sandbox.http.get(CALLS, { params })).data;
const callsThat = async (status: string) => (await list({ status })).calls;
const codeOf = ({ status, data }: any) => [status, data.error?.code];

test('calls are filtered, counted and paged', async () => {
	const all = await list();
	expect(all.total).toBe(all.calls.length);
	for (const status of ['active', 'completed', 'missed', 'rejected']) {
		const rows = await callsThat(status);
		expect(rows.length).toBeGreaterThan(0);
		expect(rows).toEqual(all.calls.filter((call: any) => call.status === status));
	}
	const vip = await list({ vip_only: 'true' });
	expect(vip.calls).toEqual(all.calls.filter((call: any) => call.is_vip));
	expect(vip.total).toBeLessThan(all.total);
	const first = await list({ limit: 2 });
	const rest = await list({ limit: 100, offset: 2 });
	expect([first.total, ...first.calls, ...rest.calls]).toEqual([all.total, ...all.calls]);
	expect((await sandbox.http.get(CALLS, { params: { limit: 101 } })).status).toBe(422);
	await sandbox.control('scenario', { order: 'oldest' });
	expect((await list()).calls).toEqual(all.calls.toReversed());
});

test('a period takes dates and times, and both its ends belong to it', async () => {
	const { calls, total } = await list();
	const at = calls.at(-1).created_at;
	const ids = async (params: object) => (await list(params)).calls.map(({ id }: any) => id);
	expect(await ids({ date_from: at, date_to: at })).toEqual([calls.at(-1).id]);
	// Without an offset UTC is meant.
	expect(await ids({ date_to: at.slice(0, -1) })).toEqual([calls.at(-1).id]);
	expect(await ids({ date_to: at.slice(0, 10) })).toEqual([calls.at(-1).id]);
	expect(await ids({ date_from: at.slice(0, 10) })).toHaveLength(total);
	const wrong = await sandbox.http.get(CALLS, { params: { date_from: 'soon' } });
	expect(codeOf(wrong)).toEqual([422, 'validation_failed']);
	expect(wrong.data.error.message).toContain('date_from');
});

test('the figures follow from the calls', async () => {
	const { calls, total } = await list();
	const count = (status: string) => calls.filter((call: any) => call.status === status).length;
	const figures = {
		total_calls: total,
		answered_calls: count('completed'),
		missed_calls: count('missed'),
		rejected_calls: count('rejected'),
		active_calls: count('active'),
	};
	expect((await sandbox.http.get(`${CALLS}/summary`)).data).toMatchObject(figures);
	const analytics = async (params: object) =>
		(await sandbox.http.get(`${CALLS}/analytics`, { params })).data;
	expect(await analytics({})).toMatchObject(figures);
	const oldest = calls.at(-1).created_at;
	expect(await analytics({ date_to: oldest })).toMatchObject({
		total_calls: 1,
		days: [{ date: oldest.slice(0, 10), calls: 1 }],
	});
	const [live] = await callsThat('active');
	await sandbox.http.post(`${CALLS}/${live.id}/reject`, {});
	expect((await sandbox.http.get(`${CALLS}/summary`)).data).toMatchObject({
		active_calls: figures.active_calls - 1,
		rejected_calls: figures.rejected_calls + 1,
	});
});

test.each([
	[
		'transfer',
		{ target_number: '+15550150' },
		{ status: 'completed', transferred_to: '+15550150' },
	],
	[
		'reject',
		{ reason: 'user_rejected' },
		{ status: 'rejected', rejection_reason: 'user_rejected' },
	],
])('%s ends a live call, and no other', async (action, body, after) => {
	const [live] = await callsThat('active');
	const path = `${CALLS}/${live.id}`;
	const { status, data } = await sandbox.http.post(`${path}/${action}`, body);
	expect(status).toBe(200);
	expect(data).toMatchObject({ id: live.id, ...after, ended_at: expect.any(String) });
	expect((await sandbox.http.get(path)).data).toEqual(data);
	for (const state of ['completed', 'missed', 'rejected']) {
		const [ended] = await callsThat(state);
		const again = await sandbox.http.post(`${CALLS}/${ended.id}/${action}`, body);
		expect(codeOf(again)).toEqual([409, 'action_not_undoable']);
	}
});

test('a call is taken over once and stays on the line', async () => {
	const [live] = await callsThat('active');
	const path = `${CALLS}/${live.id}/takeover`;
	expect((await sandbox.http.post(path)).data).toMatchObject({
		status: 'active',
		handled_by: 'user',
	});
	expect(codeOf(await sandbox.http.post(path))).toEqual([409, 'action_not_undoable']);
	const [ended] = await callsThat('missed');
	expect((await sandbox.http.post(`${CALLS}/${ended.id}/takeover`)).status).toBe(409);
});

test('a call is not passed on to an emergency number', async () => {
	const [live] = await callsThat('active');
	const answer = await sandbox.http.post(`${CALLS}/${live.id}/transfer`, {
		target_number: '+1911',
	});
	expect(codeOf(answer)).toEqual([422, 'emergency_number']);
	expect((await sandbox.http.get(`${CALLS}/${live.id}`)).data.status).toBe('active');
});

test('action items are set by their place, counted from 0', async () => {
	const [call] = await callsThat('completed');
	const path = `${CALLS}/${call.id}`;
	const { data } = await sandbox.http.patch(`${path}/action-items/1`, { status: 'completed' });
	expect(data.action_items.map(({ status }: any) => status)).toEqual(['pending', 'completed']);
	expect((await sandbox.http.get(path)).data.action_items).toEqual(data.action_items);
	const beyond = await sandbox.http.patch(`${path}/action-items/2`, { status: 'completed' });
	expect(codeOf(beyond)).toEqual([404, 'not_found']);
	const nowhere = await sandbox.http.patch(`${path}/action-items/one`, { status: 'completed' });
	expect(codeOf(nowhere)).toEqual([422, 'validation_failed']);
});

test.each([
	['completed', 200, 200],
	['active', 200, 404],
	['missed', 404, 404],
	['rejected', 404, 404],
])('what was said in a call that is %s', async (state, transcript, recording) => {
	const [call] = await callsThat(state);
	const path = `${CALLS}/${call.id}`;
	const said = await sandbox.http.get(`${path}/transcript`);
	expect(said.status).toBe(transcript);
	if (transcript === 200) expect(said.data.entries[0]).toMatchObject({ speaker: 'AI' });
	else expect(said.data.error.code).toBe('transcript_not_found');
	const heard = await sandbox.http.get(`${path}/recording`);
	expect(heard.status).toBe(recording);
	const link = heard.data.url ?? `${sandbox.baseUrl}/__files/inbound/${call.id}.mp3`;
	const audio = await sandbox.http.get(link, NOBODY);
	expect(audio.status).toBe(recording);
	if (recording === 200) expect(audio.headers['content-type']).toBe('audio/mpeg');
	else expect(heard.data.error.code).toBe('recording_not_found');
});

test('events tell of calls and voicemails, in a period', async () => {
	const events = async (params: object = {}) =>
		(await sandbox.http.get('/v1/inbound/events', { params })).data.events;
	const before = await events();
	expect(new Set(before.map(({ id }: any) => id)).size).toBe(before.length);
	expect(new Set(before.map(({ type }: any) => type))).toEqual(
		new Set(['received', 'completed', 'missed', 'rejected', 'voicemail']),
	);
	const [live] = await callsThat('active');
	await sandbox.http.post(`${CALLS}/${live.id}/transfer`, { target_number: '+15550150' });
	const [newest, ...others] = await events();
	expect(newest).toMatchObject({ type: 'transferred', call_id: live.id });
	expect(others).toEqual(before);
	const { created_at: at } = before.at(-1);
	expect(await events({ to: at })).toEqual(before.filter((event: any) => event.created_at === at));
	expect((await sandbox.http.get('/v1/inbound/events?from=soon')).status).toBe(422);
});

test('rules come by priority, and a change leaves the rest of a rule alone', async () => {
	const rules = async () => (await sandbox.http.get(RULES)).data.rules;
	const add = async (body: object) => (await sandbox.http.post(RULES, body)).data;
	const first = await add({ name: 'First of all', action: 'reject', priority: 1 });
	const plain = await add({ name: 'Plain', action: 'answer' });
	expect(plain).toMatchObject({ priority: 100, is_active: true, conditions: {} });
	const priorities = (await rules()).map(({ priority }: any) => priority);
	expect(priorities).toEqual(priorities.toSorted((a: number, b: number) => a - b));
	expect((await rules())[0]).toEqual(first);

	const path = `${RULES}/${first.id}`;
	const changed = await sandbox.http.put(path, { priority: 500, is_active: false });
	expect(changed.data).toMatchObject({
		name: 'First of all',
		action: 'reject',
		priority: 500,
		is_active: false,
	});
	expect((await rules()).at(-1).id).toBe(first.id);
	expect((await sandbox.http.put(path, {})).status).toBe(200);
	expect((await sandbox.http.delete(path)).data).toEqual({ id: first.id, deleted: true });
	expect((await rules()).map(({ id }: any) => id)).not.toContain(first.id);
	expect(codeOf(await sandbox.http.delete(path))).toEqual([404, 'not_found']);
});

test('a contact is added once, changed and deleted', async () => {
	const contacts = async () => (await sandbox.http.get(CONTACTS)).data.contacts;
	const before = await contacts();
	const given = { name: 'Dana Whitfield', phone_number: '+15550120' };
	const { status, data } = await sandbox.http.post(CONTACTS, given);
	expect([status, data]).toEqual([201, expect.objectContaining({ ...given, is_vip: false })]);
	expect(codeOf(await sandbox.http.post(CONTACTS, given))).toEqual([409, 'conflict']);
	expect(await contacts()).toEqual([data, ...before]);

	const path = `${CONTACTS}/${data.id}`;
	expect((await sandbox.http.put(path, { is_vip: true })).data).toMatchObject({
		...given,
		is_vip: true,
	});
	expect((await sandbox.http.put(path, { is_vip: false })).data.is_vip).toBe(false);
	expect((await sandbox.http.put(path, { phone_number: given.phone_number })).status).toBe(200);
	const taken = await sandbox.http.put(path, { phone_number: before[0].phone_number });
	expect(codeOf(taken)).toEqual([409, 'conflict']);
	const text = await sandbox.http.put(path, { is_vip: 'false' });
	expect(codeOf(text)).toEqual([422, 'validation_failed']);
	expect((await sandbox.http.delete(path)).status).toBe(200);
	expect(await contacts()).toEqual(before);
});

test('an import brings each contact once', async () => {
	const bring = async (source: string) =>
		(await sandbox.http.post(`${CONTACTS}/import`, { source })).data;
	const first = await bring('google');
	expect(first.imported_count).toBeGreaterThan(0);
	const { contacts } = (await sandbox.http.get(CONTACTS)).data;
	expect(contacts).toEqual(expect.arrayContaining(first.contacts));
	expect(await bring('google')).toMatchObject({
		imported_count: 0,
		skipped_count: first.imported_count,
	});
	expect(await bring('elsewhere')).toMatchObject({ imported_count: 0, contacts: [] });
});

test('voicemails are listed, read and heard', async () => {
	const path = '/v1/inbound/voicemails';
	const { voicemails } = (await sandbox.http.get(path)).data;
	expect(voicemails.length).toBeGreaterThan(1);
	const [newest] = voicemails;
	expect((await sandbox.http.get(`${path}/${newest.id}`)).data).toEqual(newest);
	const playback = await sandbox.http.get(`${path}/${newest.id}/playback`);
	const audio = await sandbox.http.get(playback.data.url, NOBODY);
	expect([audio.status, audio.headers['content-type']]).toEqual([200, 'audio/mpeg']);
	expect(audio.headers['content-disposition']).toContain(`voicemail-${newest.id}.mp3`);
	expect((await sandbox.http.get('/__files/voicemails/nobody.mp3', NOBODY)).status).toBe(404);
	await sandbox.control('scenario', { order: 'oldest' });
	expect((await sandbox.http.get(path)).data.voicemails).toEqual(voicemails.toReversed());
});
