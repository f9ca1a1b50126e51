import { testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const PATH = '/v1/phone-numbers';
const SANDBOX_CODE = '042917';

const own = async () => (await sandbox.http.get(PATH)).data.phone_numbers;
const available = async (params: object) =>
	(await sandbox.http.get(`${PATH}/available`, { params })).data.numbers;
const targets = async () => (await sandbox.http.get(`${PATH}/forwarding-targets`)).data.targets;
const credits = async () => (await sandbox.control('state')).credits;
const codeOf = ({ status, data }: any) => [status, data.error?.code];

test('a free number is provisioned, paid and then no longer free', async () => {
	const before = await own();
	const left = await credits();
	const [free] = await available({ country: 'US', area_code: '555' });
	const { status, data } = await sandbox.http.post(`${PATH}/provision`, {
		country: 'US',
		area_code: '555',
	});
	expect([status, data.phone_number, data.iso_country]).toEqual([201, free.phone_number, 'US']);
	expect(await credits()).toBe(left - data.credits_paid);
	expect((await own()).map(({ id }: any) => id)).toEqual([
		data.id,
		...before.map(({ id }: any) => id),
	]);
	expect(await available({ country: 'US' })).not.toContainEqual(free);
	expect((await sandbox.http.get(`${PATH}/${data.id}/details`)).data).toEqual(data);
});

test('without credits, in other countries and in an area without numbers nothing is provisioned', async () => {
	const before = await own();
	const provision = (body: object) => sandbox.http.post(`${PATH}/provision`, body);
	expect(codeOf(await provision({ country: 'FR' }))).toEqual([403, 'unsupported_country']);
	expect(codeOf(await provision({ country: 'GB', area_code: '99' }))).toEqual([404, 'not_found']);
	expect(await available({ country: 'GB', area_code: '99' })).toEqual([]);
	await sandbox.control('scenario', { credits: 1 });
	expect(codeOf(await provision({ country: 'US' }))).toEqual([402, 'quota_exceeded']);
	expect(await own()).toEqual(before);
});

test('each country on the list has free numbers', async () => {
	const { countries } = (await sandbox.http.get(`${PATH}/supported-countries`)).data;
	expect(countries.length).toBeGreaterThan(1);
	for (const { iso_country } of countries) {
		const numbers = await available({ country: iso_country.toLowerCase() });
		expect(numbers.length).toBeGreaterThan(0);
		for (const number of numbers) expect(number.iso_country).toBe(iso_country);
	}
});

test('a number is verified by its code, which is text', async () => {
	const phone_number = '+15550155';
	const check = (code: unknown) =>
		sandbox.http.post(`${PATH}/verify/check`, { phone_number, code });
	expect(codeOf(await check(SANDBOX_CODE))).toEqual([422, 'validation_failed']);
	const started = await sandbox.http.post(`${PATH}/verify/start`, { phone_number });
	expect(started.data).toMatchObject({ phone_number, status: 'pending' });
	for (const wrong of ['111111', '42917', 42917]) {
		expect(codeOf(await check(wrong))).toEqual([422, 'validation_failed']);
	}
	expect((await targets()).map((row: any) => row.phone_number)).not.toContain(phone_number);
	expect((await check(SANDBOX_CODE)).data).toMatchObject({ phone_number, status: 'verified' });
	expect(await targets()).toContainEqual({ phone_number, verified: true, in_use: false });
});

test('calls are forwarded until that is taken back', async () => {
	const [{ id, phone_number }] = await own();
	const path = `${PATH}/${id}/forwarding`;
	const set = (forwarding_number: string) => sandbox.http.put(path, { forwarding_number });
	expect((await set('+15550156')).data.forwarding_number).toBe('+15550156');
	expect(await targets()).toContainEqual({
		phone_number: '+15550156',
		verified: false,
		in_use: true,
	});
	expect(codeOf(await set(phone_number))).toEqual([422, 'validation_failed']);
	expect(codeOf(await set('+1911'))).toEqual([422, 'emergency_number']);
	expect((await sandbox.http.get(`${PATH}/${id}/details`)).data.forwarding_number).toBe(
		'+15550156',
	);
	expect((await sandbox.http.delete(path)).data.forwarding_number).toBeNull();
	expect((await targets()).map((row: any) => row.phone_number)).not.toContain('+15550156');
});

test('the caller ID is set', async () => {
	const [{ id }] = await own();
	await sandbox.http.put(`${PATH}/${id}/caller-id`, { caller_id_name: 'Harbour Dental' });
	expect((await own())[0].caller_id_name).toBe('Harbour Dental');
});

test('released numbers are gone, and without any number calls are neither routed nor passed on', async () => {
	for (const { id } of await own()) {
		expect((await sandbox.http.delete(`${PATH}/${id}`)).data).toMatchObject({ id, released: true });
		expect(codeOf(await sandbox.http.delete(`${PATH}/${id}`))).toEqual([404, 'not_found']);
	}
	expect(await own()).toEqual([]);
	const rule = await sandbox.http.post('/v1/inbound/rules', { name: 'All', action: 'answer' });
	expect(codeOf(rule)).toEqual([400, 'phone_not_provisioned']);
	const { calls } = (await sandbox.http.get('/v1/inbound/calls?status=active')).data;
	const path = `/v1/inbound/calls/${calls[0].id}`;
	const transfer = await sandbox.http.post(`${path}/transfer`, { target_number: '+15550150' });
	expect(codeOf(transfer)).toEqual([400, 'phone_not_provisioned']);
	expect(codeOf(await sandbox.http.post(`${path}/takeover`))).toEqual([
		400,
		'phone_not_provisioned',
	]);
	await sandbox.http.post(`${PATH}/provision`, { country: 'US' });
	expect((await sandbox.http.post(`${path}/takeover`)).status).toBe(200);
});

test('lists come in the order of the scenario', async () => {
	const newest = await own();
	await sandbox.control('scenario', { order: 'oldest' });
	expect(await own()).toEqual(newest.toReversed());
});
