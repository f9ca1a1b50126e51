import { randomUUID } from 'node:crypto';

import { now } from '../clock.mts';
import { ApiError } from '../errors.mts';
import { created, ok, type Exchange, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { checkTexts } from '../policy.mts';
import { COSTS } from '../prices.mts';
import { oneADay, seedId, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';
import { addAction, settleActions } from './actionLog.mts';
import { mailboxOf, voiceOf } from './emailAccount.mts';

interface Reply {
	id: string;
	from: string;
	subject: string;
	body: string;
	received_at: string;
}

/** An email of the assistant: it waits, is sent, or is not. */
export interface OutboxEmail {
	id: string;
	to: string;
	cc: string | null;
	subject: string;
	body: string;
	status: 'pending_approval' | 'sent' | 'cancelled';
	created_at: string;
	sent_at: string | null;
	replies: Reply[];
}

/** An email that came in. */
export interface ReceivedEmail {
	id: string;
	from: string;
	to: string;
	subject: string;
	body: string;
	classification: 'important' | 'actionable' | 'informational' | 'spam';
	attachments: Array<{ id: string; filename: string; mime_type: string; size_bytes: number }>;
	received_at: string;
	responded_at: string | null;
}

const SNIPPET_LENGTH = 80;

/** Sends an email, and whoever gets it answers at once. */
function sent(email: OutboxEmail, atMs: number): OutboxEmail {
	const at = isoSeconds(atMs);
	const reply = {
		id: randomUUID(),
		from: email.to,
		subject: `Re: ${email.subject}`,
		body: 'Thank you, that suits me.',
		received_at: at,
	};
	return Object.assign(email, { status: 'sent', sent_at: at, replies: [reply] });
}

function outboxEmail(data: Partial<OutboxEmail>, createdMs: number): OutboxEmail {
	const row: OutboxEmail = {
		id: randomUUID(),
		to: 'clara@example.org',
		cc: null,
		subject: 'Visit',
		body: 'May I come on Monday at ten?',
		status: 'pending_approval',
		sent_at: null,
		replies: [],
		...data,
		created_at: isoSeconds(createdMs),
	};
	return row.status === 'sent' && !row.sent_at ? sent(row, createdMs) : row;
}

function receivedEmail(data: Partial<ReceivedEmail>, createdMs: number): ReceivedEmail {
	return {
		id: randomUUID(),
		from: 'clara@example.org',
		to: 'ines@example.org',
		subject: 'See you Monday',
		body: 'Monday at ten works. See you then!',
		classification: 'important',
		attachments: [],
		responded_at: null,
		...data,
		received_at: isoSeconds(createdMs),
	};
}

/** The outbox, and how an email gets there: what is missing in its data is invented, and a sent one has its reply. */
export const { rows: outbox, add: addOutboxEmail } = seededTable<OutboxEmail, Partial<OutboxEmail>>(
	outboxEmail,
	() => [
		[5, { id: seedId('e', 3), subject: 'Old offer', status: 'cancelled' }],
		[3, { id: seedId('e', 2), status: 'sent' }],
		[
			0.5,
			{
				id: seedId('e', 1),
				to: 'dana@example.org',
				subject: 'The samples',
				body: 'Did they arrive?',
			},
		],
	],
);

/** Emails that came in, and how one does: what is missing in its data is invented. */
export const { rows: receivedEmails, add: addReceivedEmail } = seededTable(receivedEmail, () =>
	oneADay<Partial<ReceivedEmail>>('f', [
		{
			from: 'win@prizes.example',
			subject: 'You have won',
			body: 'Click here.',
			classification: 'spam',
		},
		{
			from: 'news@shop.example',
			subject: 'Opening hours in May',
			body: 'We open at nine.',
			classification: 'informational',
		},
		{
			from: 'billing@telecom.example',
			subject: 'Your bill',
			body: 'Please pay by Friday.',
			classification: 'actionable',
			attachments: [
				{
					id: seedId('f', 900),
					filename: 'bill.pdf',
					mime_type: 'application/pdf',
					size_bytes: 48_213,
				},
			],
		},
		{},
	]),
);

/** Emails that wait for approval, newest first. */
export function pendingEmails(store: Store): OutboxEmail[] {
	const emails = outbox(store).newestFirst();
	return emails.filter(({ status }) => status === 'pending_approval');
}

/** Takes an email back that did not leave yet. */
export function dropEmail(store: Store, id: string): void {
	const email = outbox(store).get(id);
	if (email?.status === 'pending_approval') email.status = 'cancelled';
}

function outgoing({ store, params }: Exchange): OutboxEmail {
	return outbox(store).find(params['email_id'], 'email', 'email_not_found');
}

function waiting(exchange: Exchange): OutboxEmail {
	const email = outgoing(exchange);
	if (email.status !== 'pending_approval') {
		const state = email.status === 'sent' ? 'was sent already' : 'was cancelled before';
		throw new ApiError('conflict', `The email ${state}`, 'email_not_pending');
	}
	return email;
}

function incoming({ store, params }: Exchange): ReceivedEmail {
	mailboxOf(store);
	return receivedEmails(store).find(params['message_id'], 'email', 'email_not_found');
}

function pay(store: Store, recipient: string): void {
	store.spend({
		type: 'email_send',
		description: `Email to ${recipient}`,
		credits: COSTS.email_send.per_email,
	});
}

function shown({ replies, ...email }: OutboxEmail) {
	return { ...email, reply_count: replies.length };
}

function summary({ body, attachments, ...email }: ReceivedEmail) {
	return {
		...email,
		snippet: body.slice(0, SNIPPET_LENGTH),
		has_attachments: attachments.length > 0,
	};
}

export const emailOperations: Operations = {
	'email.send': ({ store, body }) => {
		checkTexts(body.subject, body.body);
		mailboxOf(store);
		const email = addOutboxEmail(store, body);
		addAction(store, {
			type: 'email',
			description: `Wrote to ${email.to}`,
			status: email.status,
			undoable: true,
			subject: email.id,
		});
		return created(shown(email));
	},
	'email.approve': (exchange) => {
		const { store } = exchange;
		const email = waiting(exchange);
		mailboxOf(store);
		pay(store, email.to);
		settleActions(store, email.id, 'completed');
		return ok(shown(sent(email, now())));
	},
	'email.cancel': (exchange) => {
		const email = waiting(exchange);
		dropEmail(exchange.store, email.id);
		settleActions(exchange.store, email.id, 'cancelled');
		return ok(shown(email));
	},
	'email.getOutbox': ({ store }) =>
		ok({ emails: ordered(store, outbox(store).newestFirst()).map(shown) }),
	'email.getReplies': (exchange) => {
		const { id, replies } = outgoing(exchange);
		return ok({ email_id: id, replies: ordered(exchange.store, replies.toReversed()) });
	},
	'email.getAll': ({ store, query }) => {
		mailboxOf(store);
		const rows = receivedEmails(store)
			.newestFirst()
			.filter(({ classification }) => [undefined, classification].includes(query.classification));
		return ok({ messages: ordered(store, rows).slice(0, query.limit).map(summary) });
	},
	'email.get': (exchange) => {
		const email = incoming(exchange);
		const { from, to, subject, received_at, body, attachments } = email;
		return ok({
			...summary(email),
			headers: { from, to, subject, date: received_at, 'message-id': `<${email.id}@example.org>` },
			body,
			attachments,
		});
	},
	'email.respond': (exchange) => {
		const { store, body } = exchange;
		const received = incoming(exchange);
		const instructions: string | undefined = body?.instructions;
		checkTexts(instructions);
		const waits = store.readings.emailRespond === 'waits for approval';
		if (!waits) pay(store, received.from);
		const { greeting, sign_off } = voiceOf(store);
		const reply = addOutboxEmail(store, {
			to: received.from,
			subject: `Re: ${received.subject}`,
			body: `${greeting},\n\n${instructions ?? 'Thank you for your email.'}\n\n${sign_off}`,
			status: waits ? 'pending_approval' : 'sent',
		});
		received.responded_at = reply.sent_at;
		addAction(store, {
			type: 'email',
			description: `Replied to ${received.from}`,
			subject: reply.id,
		});
		return ok({
			...shown(reply),
			in_reply_to: received.id,
			credits_used: waits ? 0 : COSTS.email_send.per_email,
		});
	},
};
