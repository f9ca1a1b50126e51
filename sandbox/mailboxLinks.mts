import type { FastifyInstance } from 'fastify';

import { connectMailbox } from './domains/emailAccount.mts';
import { noticePage } from './oauth/page.mts';
import type { Memory } from './memory.mts';

/** Where the links lead that connect a mailbox. The link is the secret, as with a mail provider: no token. */
export function registerMailboxes(app: FastifyInstance, memory: Memory): void {
	app.get<{ Querystring: { state?: string } }>('/__mailboxes/connect', async (request, reply) => {
		const account = connectMailbox(memory.store, request.query.state ?? '');
		const page = account
			? noticePage('The mailbox is connected', `The sandbox now writes as ${account.email}.`)
			: noticePage('This link is used up', 'Ask for a new one to connect a mailbox.');
		return reply
			.code(account ? 200 : 400)
			.type('text/html; charset=utf-8')
			.send(page);
	});
}
