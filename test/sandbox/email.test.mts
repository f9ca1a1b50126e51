import { requestsTo, testSandbox } from '../support/sandbox.mts';

const sandbox = testSandbox();

const EMAIL = { to: 'clara@example.org', subject: 'Offer', body: 'May I send it on Friday?' };

const { get, post, credits } = requestsTo(sandbox);

async function disconnect(): Promise<void> {
	for (const { id } of (await get('/v1/email/accounts')).accounts) {
		await sandbox.http.delete(`/v1/email/accounts/${id}`);
	}
}

test('an email waits for approval, then leaves, uses credits and is answered', async () => {
	const before = await credits();
	const { status, data } = await post('/v1/actions/email/send', EMAIL);
	expect([status, data]).toEqual([201, expect.objectContaining(EMAIL)]);
	expect(data.status).toBe('pending_approval');
	expect(await credits()).toBe(before);
	const path = `/v1/actions/email/${data.id}`;
	expect((await get(`${path}/replies`)).replies).toEqual([]);

	expect((await post(`${path}/approve`)).data.status).toBe('sent');
	expect(await credits()).toBe(before - 0.5);
	const [newest] = (await get('/v1/actions/email/outbox')).emails;
	expect(newest).toMatchObject({ id: data.id, status: 'sent' });
	expect((await get(`${path}/replies`)).replies).toMatchObject([
		{ from: EMAIL.to, subject: 'Re: Offer' },
	]);
	for (const step of ['approve', 'cancel']) {
		expect((await post(`${path}/${step}`)).status).toBe(409);
	}
	expect(await credits()).toBe(before - 0.5);
});

test('a cancelled email never leaves', async () => {
	const { data } = await post('/v1/actions/email/send', EMAIL);
	const path = `/v1/actions/email/${data.id}`;
	expect((await post(`${path}/cancel`, {})).data.status).toBe('cancelled');
	expect((await post(`${path}/approve`)).data.error.code).toBe('conflict');
	expect((await get(`${path}/replies`)).replies).toEqual([]);
});

test('without credits an email goes on waiting', async () => {
	const { data } = await post('/v1/actions/email/send', EMAIL);
	await sandbox.control('scenario', { credits: 0 });
	expect((await post(`/v1/actions/email/${data.id}/approve`)).status).toBe(402);
	const [newest] = (await get('/v1/actions/email/outbox')).emails;
	expect(newest).toMatchObject({ id: data.id, status: 'pending_approval' });
});

test('received emails are chosen by class and limit, and answered at once', async () => {
	const { messages } = await get('/v1/email/messages');
	const spam = await get('/v1/email/messages', { classification: 'spam' });
	expect(spam.messages).toEqual(
		messages.filter(({ classification }: any) => classification === 'spam'),
	);
	expect(spam.messages).toHaveLength(1);
	expect((await get('/v1/email/messages', { limit: 2 })).messages).toEqual(messages.slice(0, 2));

	const path = `/v1/email/messages/${messages[0].id}`;
	const before = await credits();
	const { data } = await post(`${path}/respond`, { instructions: 'Please bring an invoice.' });
	expect(data).toMatchObject({ status: 'sent', to: messages[0].from, in_reply_to: messages[0].id });
	expect(data.body).toContain('Please bring an invoice.');
	expect(await credits()).toBe(before - data.credits_used);
	expect((await get(path)).responded_at).toBe(data.sent_at);
	expect((await post(`${path}/respond`, {})).status).toBe(200);
	expect((await post(`${path}/respond`)).status).toBe(200);
});

test('an order of the scenario holds for outbox, received emails and the inbox', async () => {
	for (const [path, name] of [
		['/v1/actions/email/outbox', 'emails'],
		['/v1/email/messages', 'messages'],
		['/v1/messages/inbox', 'messages'],
		['/v1/actions/log', 'actions'],
	] as const) {
		await sandbox.control('scenario', { order: 'newest' });
		const newest = (await get(path))[name];
		await sandbox.control('scenario', { order: 'oldest' });
		expect((await get(path))[name]).toEqual(newest.toReversed());
	}
});

test.each(['gmail', 'outlook'])(
	'without a mailbox nothing is written, until %s is connected by its link',
	async (provider) => {
		await disconnect();
		for (const attempt of [
			post('/v1/actions/email/send', EMAIL),
			post('/v1/email/voice-profile/train'),
			sandbox.http.get('/v1/email/messages'),
		]) {
			const { status, data } = await attempt;
			expect([status, data.error.code]).toEqual([400, 'email_not_connected']);
		}
		const { url } = await get(`/v1/email/oauth/${provider}/url`);
		const open = () => sandbox.http.get(url, { headers: { Authorization: null } });
		expect((await open()).status).toBe(200);
		expect((await open()).status).toBe(400);
		expect((await get('/v1/email/accounts')).accounts).toMatchObject([
			{ provider, status: 'active' },
		]);
		expect((await post('/v1/actions/email/send', EMAIL)).status).toBe(201);
	},
);

test('a mailbox is disconnected once', async () => {
	const [{ id }] = (await get('/v1/email/accounts')).accounts;
	expect((await sandbox.http.delete(`/v1/email/accounts/${id}`)).status).toBe(200);
	expect((await sandbox.http.delete(`/v1/email/accounts/${id}`)).status).toBe(404);
});

test('training changes the voice profile and how replies sound', async () => {
	expect((await get('/v1/email/voice-profile')).status).toBe('untrained');
	const { data: trained } = await post('/v1/email/voice-profile/train');
	expect(await get('/v1/email/voice-profile')).toEqual(trained);
	const [{ id }] = (await get('/v1/email/messages')).messages;
	const { data } = await post(`/v1/email/messages/${id}/respond`, {});
	expect(data.body.startsWith(trained.greeting)).toBe(true);
});

test('messages are chosen by channel and state, and marked as read all or none', async () => {
	const { messages: unread } = await get('/v1/messages/inbox', { unread: 'true' });
	const { messages: all } = await get('/v1/messages/inbox', { unread: 'false' });
	expect(unread).toEqual(all.filter((message: any) => message.unread));
	expect(unread.length).toBeGreaterThan(1);
	const { messages: texts } = await get('/v1/messages/inbox', { channel: 'sms', limit: 1 });
	expect(texts).toMatchObject([{ channel: 'sms' }]);

	const ids = unread.map(({ id }: any) => id);
	expect((await post('/v1/messages/mark-read', { message_ids: [ids[0], 'nobody'] })).status).toBe(
		404,
	);
	expect((await get('/v1/messages/inbox', { unread: 'true' })).messages).toEqual(unread);
	const { data } = await post('/v1/messages/mark-read', { message_ids: ids });
	expect(data).toEqual({ marked_count: ids.length, message_ids: ids });
	expect((await get('/v1/messages/inbox', { unread: 'true' })).messages).toEqual([]);
});

test('a thread has the messages of its conversation only', async () => {
	const { messages: texts } = await get('/v1/messages/inbox', { channel: 'sms' });
	const [{ id, conversation_id }] = texts;
	const { messages } = await get(`/v1/messages/conversation/${conversation_id}`);
	expect(messages.map((message: any) => message.id)).toEqual(texts.map((text: any) => text.id));
	expect(messages).toContainEqual(await get(`/v1/messages/inbox/${id}`));
});
