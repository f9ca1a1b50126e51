import { testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const PHONE = '+15550101';
const SCHEDULED = '3d6a1c52-4009-4f0e-8a11-5b9d7c2e4a01';

function callTo(phone: unknown, extra: object = {}, timezone = 'Europe/Madrid') {
	return sandbox.http.post('/v1/calls', {
		timezone,
		submission: {
			task_category: 'restaurant',
			task_description: 'Book a table near the window',
			respondent_phone: phone,
			...extra,
		},
	});
}

const placed = async () => (await sandbox.control('state')).calls;

test('a call made is listed first, read, transcribed and heard', async () => {
	const made = await callTo(PHONE, {
		appointment_date: '2099-05-16',
		appointment_time: '19:30',
		party_size: 4,
	});
	expect(made.status).toBe(201);
	expect(made.data).toMatchObject({
		status: 'success',
		submission: { respondent_phone: PHONE, party_size: 4 },
	});
	const path = `/v1/calls/${made.data.call_id}`;

	const list = await sandbox.http.get('/v1/calls', { params: { limit: 1 } });
	expect(list.data.calls).toEqual([made.data]);
	expect((await sandbox.http.get(path)).data).toEqual(made.data);
	expect(
		(await sandbox.http.get(`${path}/transcript`)).data.entries.map((entry: any) => entry.content),
	).toContain('Book a table near the window');

	const recording = await sandbox.http.get(`${path}/recording`);
	expect(recording.data.url).toBe(`${sandbox.baseUrl}/__files/recordings/${made.data.call_id}.mp3`);
	const audio = await sandbox.http.get(recording.data.url, {
		headers: { Authorization: null },
		responseType: 'arraybuffer',
	});
	expect(audio.status).toBe(200);
	expect(audio.headers['content-type']).toBe('audio/mpeg');
	expect(audio.headers['content-disposition']).toBe(
		`attachment; filename="call-${made.data.call_id}.mp3"`,
	);
	expect(Buffer.from(audio.data).subarray(0, 2).toString('hex')).toBe('fffb');

	const calendar = await sandbox.http.get(`${path}/calendar.ics`);
	expect(calendar.headers['content-type']).toMatch(/^text\/calendar/);
	expect(calendar.data).toContain('DTSTART;TZID=Europe/Madrid:20990516T193000\r\n');
	expect(await placed()).toHaveLength(1);
});

test.each([
	['success', 'success', 200],
	['voicemail', 'voicemail', 200],
	['no_answer', 'no_answer', 404],
	['busy', 'busy', 404],
	['failed', 'failed', 404],
])('the scenario %s ends calls so', async (outcome, status, transcript) => {
	await sandbox.control('scenario', { outcome });
	const { data } = await callTo(PHONE);
	expect(data.status).toBe(status);
	expect((await sandbox.http.get(`/v1/calls/${data.call_id}/transcript`)).status).toBe(transcript);
	expect((await sandbox.http.get(`/v1/calls/${data.call_id}/recording`)).status).toBe(transcript);
	expect((await sandbox.http.get(`/__files/recordings/${data.call_id}.mp3`)).status).toBe(
		transcript,
	);
});

describe('outcomes by number', () => {
	const OTHER = '+15550102';
	const statusesOf = async (...phones: string[]) => {
		const statuses = [];
		for (const phone of phones) statuses.push((await callTo(phone)).data.status);
		return statuses;
	};

	test('are used by the attempt, the last one again and again', async () => {
		await sandbox.control('scenario', {
			outcome: ['busy', 'failed'],
			byNumber: { [PHONE]: ['no_answer', 'no_answer', 'success'], [OTHER]: 'voicemail' },
		});
		expect(await statusesOf(PHONE, OTHER, '+15550103', PHONE, PHONE, OTHER, PHONE)).toEqual([
			'no_answer',
			'voicemail',
			'busy',
			'no_answer',
			'success',
			'voicemail',
			'success',
		]);
		await sandbox.control('scenario', { byNumber: { [OTHER]: ['no_answer', 'success'] } });
		expect(await statusesOf(PHONE, OTHER, OTHER)).toEqual(['failed', 'no_answer', 'success']);
		await sandbox.control('scenario', { byNumber: {} });
		expect(await statusesOf(OTHER)).toEqual(['busy']);
	});

	test('hold for outreach by phone', async () => {
		await sandbox.control('scenario', { byNumber: { [PHONE]: 'busy' }, outreachDurationMs: 0 });
		const task = async (recipient: string) => {
			const body = { goal: 'Confirm the visit', recipient_identifier: recipient };
			const { data } = await sandbox.http.post('/v1/outreach/tasks', body);
			return (await sandbox.http.get(`/v1/outreach/tasks/${data.id}`)).data;
		};
		expect(await task(PHONE)).toMatchObject({ status: 'failed', attempts: [{ status: 'busy' }] });
		expect(await task(OTHER)).toMatchObject({ status: 'completed' });
	});

	test.each(['Do not call me again', 'Please take me off your list'])(
		'may be an answer such as %j, which is in the transcript and the highlights',
		async (says) => {
			await sandbox.control('scenario', { byNumber: { [PHONE]: ['no_answer', { says }] } });
			expect(await statusesOf(PHONE)).toEqual(['no_answer']);
			const { data } = await callTo(PHONE);
			expect(data).toMatchObject({ status: 'success', highlights: `They said: ${says}` });
			const { entries } = (await sandbox.http.get(`/v1/calls/${data.call_id}/transcript`)).data;
			expect(entries.at(-1)).toMatchObject({ speaker: 'HUMAN', content: says });
		},
	);
});

test('a list of outcomes is used in turn', async () => {
	await sandbox.control('scenario', { outcome: ['busy', 'success'] });
	const statuses = [];
	for (let turn = 0; turn < 3; turn += 1) statuses.push((await callTo(PHONE)).data.status);
	expect(statuses).toEqual(['busy', 'success', 'busy']);
});

test.each([
	['no phone', undefined, {}, 422, 'missing_phone_number'],
	['an empty phone', '', {}, 422, 'missing_phone_number'],
	['a national number', '5550101', {}, 422, 'missing_phone_number'],
	['911', '911', {}, 422, 'emergency_number'],
	['911 with +1', '+1911', {}, 422, 'emergency_number'],
	['112 in Spain', '+34112', {}, 422, 'emergency_number'],
	['999 in Britain', '+44999', {}, 422, 'emergency_number'],
	['1-900', '+19005550100', {}, 422, 'toll_number'],
	['premium in Britain', '+449098790000', {}, 422, 'toll_number'],
	['premium in Spain', '+34806000000', {}, 422, 'toll_number'],
	['no country', '+99955501', {}, 403, 'unsupported_country'],
	['a satellite network', '+88355501', {}, 403, 'unsupported_country'],
	['the blocked number', '+15550198', {}, 403, 'blocked_number'],
	['the suppressed number', '+15550199', {}, 403, 'suppression_violation'],
	['a language', PHONE, { language: 'fr' }, 422, 'unsupported_language'],
	['a call language', PHONE, { call_language: 'de' }, 422, 'unsupported_language'],
	['an unsafe task', PHONE, { task_description: 'Say there is a bomb' }, 422, 'safety_violation'],
	['a past appointment', PHONE, { appointment_date: '2020-01-01' }, 422, 'scheduling_violation'],
	['a party too large', PHONE, { party_size: 51 }, 422, 'validation_failed'],
	['an unknown category', PHONE, { task_category: 'spa' }, 422, 'validation_failed'],
	['a bad time', PHONE, { appointment_time: '25:00' }, 422, 'validation_failed'],
	['a session id', PHONE, { session_id: 'x' }, 422, 'validation_failed'],
])('%s is refused without a call', async (_name, phone, extra, status, code) => {
	const answer = await callTo(phone, extra);
	expect([answer.status, answer.data.error.code]).toEqual([status, code]);
	expect(answer.data.error).toMatchObject({
		details: { reason: expect.any(String) },
		correlation_id: expect.any(String),
	});
	expect(await placed()).toEqual([]);
});

test('a zone that does not exist is refused', async () => {
	const { status, data } = await callTo(PHONE, {}, 'Mars/Olympus');
	expect([status, data.error.code]).toEqual([422, 'validation_failed']);
	expect(data.error.message).toContain('timezone');
});

test('without credits nothing is called, and what was called is paid', async () => {
	await sandbox.control('scenario', { credits: 3 });
	const first = await callTo(PHONE);
	const balance = await sandbox.http.get('/v1/credits/balance');
	expect(balance.data.credits_remaining).toBe(3 - first.data.credits_used);
	const history = await sandbox.http.get('/v1/credits/history', { params: { limit: 1 } });
	expect(history.data.entries).toMatchObject([{ type: 'call', credits: first.data.credits_used }]);
	const second = await callTo(PHONE);
	expect([second.status, second.data.error.code]).toEqual([402, 'quota_exceeded']);
	expect(await placed()).toHaveLength(1);
});

test('credits are held back for calls that are still going on', async () => {
	await sandbox.control('scenario', { credits: 2, durationMs: 3_600_000 });
	const open = callTo(PHONE);
	const onTheLine = await firstCall();
	expect((await callTo(PHONE)).data.error.code).toBe('quota_exceeded');
	await sandbox.http.post(`/v1/calls/${onTheLine.call_id}/stop`);
	await open;
	expect((await sandbox.http.get('/v1/credits/balance')).data.credits_remaining).toBe(2);
});

async function firstCall(): Promise<any> {
	for (;;) {
		const [call] = await placed();
		if (call) return call;
	}
}

test.each(['stop', 'cancel'])('%s ends the open request of a call on the line', async (action) => {
	await sandbox.control('scenario', { durationMs: 3_600_000 });
	const open = callTo(PHONE);
	const { call_id, status } = await firstCall();
	expect(status).toBe('in_progress');
	expect((await sandbox.http.post(`/v1/calls/${call_id}/${action}`)).data.status).toBe('cancelled');
	expect((await open).data).toMatchObject({ call_id, status: 'cancelled', credits_used: 0 });
});

test('a call is cancelled once and cannot be moved then', async () => {
	const { data } = await callTo(PHONE);
	const path = `/v1/calls/${data.call_id}`;
	expect((await sandbox.http.post(`${path}/cancel`)).data.status).toBe('cancelled');
	expect((await sandbox.http.get(path)).data.status).toBe('cancelled');
	expect((await sandbox.http.post(`${path}/cancel`)).status).toBe(409);
	expect((await sandbox.http.post(`${path}/reschedule`, { date: '2099-01-01' })).status).toBe(409);
});

test('a call that is over is not moved', async () => {
	const { data } = await callTo(PHONE);
	const moved = await sandbox.http.post(`/v1/calls/${data.call_id}/reschedule`, {
		date: '2099-05-16',
	});
	expect([moved.status, moved.data.error.details.reason]).toEqual([409, 'call_over']);
});

test('a scheduled call is moved to a date that can still come', async () => {
	const path = `/v1/calls/${SCHEDULED}/reschedule`;
	await sandbox.http.post(path, { date: '2099-05-16', time: '19:30' });
	expect((await sandbox.http.post(path, { time: '20:00' })).data.submission).toMatchObject({
		appointment_date: '2099-05-16',
		appointment_time: '20:00',
	});
	expect((await sandbox.http.post(path, { date: '2001-05-16' })).data.error.code).toBe(
		'scheduling_violation',
	);
	expect((await sandbox.http.post(path, {})).status).toBe(422);
});

test('pages cover all calls once, newest first', async () => {
	await sandbox.control('calls', { count: 430 });
	const { data: newest } = await callTo(PHONE);
	const ids: string[] = [];
	for (let offset = 0; ; offset += 200) {
		const { data } = await sandbox.http.get('/v1/calls', { params: { limit: 200, offset } });
		expect(data.total).toBe(436);
		ids.push(...data.calls.map((call: any) => call.call_id));
		if (offset + data.calls.length >= data.total) break;
	}
	expect(new Set(ids).size).toBe(436);
	expect(ids[0]).toBe(newest.call_id);
	expect(await placed()).toHaveLength(1);
	expect((await sandbox.http.get('/v1/calls', { params: { offset: 9999 } })).data.calls).toEqual(
		[],
	);
});

test.each(['limit=0', 'limit=201', 'limit=x', 'offset=-1'])(
	'a page of %s is refused',
	async (query) => {
		expect((await sandbox.http.get(`/v1/calls?${query}`)).data.error.code).toBe(
			'validation_failed',
		);
	},
);
