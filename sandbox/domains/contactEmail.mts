import { randomUUID } from 'node:crypto';

import { now } from '../clock.mts';
import { ApiError } from '../errors.mts';
import { created, ok, type Exchange, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { oneADay, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { DAY_MS, isoSeconds } from '../time.mts';

/** An address of the user's own, exactly as answered. */
interface ContactEmail {
	id: string;
	email_address: string;
	label: string | null;
	is_primary: boolean;
	receives_copies: boolean;
	receives_notifications: boolean;
	verified: boolean;
	verified_at: string | null;
	created_at: string;
}

type Given = Pick<ContactEmail, 'email_address'> & Partial<ContactEmail>;

/** Address under which the assistant itself gets mail. */
export const MAILBOX = 'robin@mail.example.net';
/** Where the link of the verification leads in the end. */
const SETTINGS_PAGE = 'https://app.kallyai.example/settings/email';

function newAddress(given: Given, createdMs: number): ContactEmail {
	return {
		id: randomUUID(),
		label: null,
		is_primary: false,
		receives_copies: true,
		receives_notifications: true,
		verified: false,
		verified_at: null,
		created_at: isoSeconds(createdMs),
		...given,
	};
}

/** The addresses of the account, and how one more gets there. */
export const { rows: contactEmails, add: addContactEmail } = seededTable(newAddress, () =>
	oneADay<Given>(
		'c',
		[
			{ email_address: 'office@example.org', label: 'Office' },
			{
				email_address: 'robin@example.org',
				label: 'Home',
				is_primary: true,
				verified: true,
				verified_at: isoSeconds(now() - 39 * DAY_MS),
			},
		],
		40,
	),
);

/** The address that comes first; undefined where there is none. */
export function primaryEmail(store: Store): ContactEmail | undefined {
	return contactEmails(store)
		.newestFirst()
		.find(({ is_primary }) => is_primary);
}

function addressOf({ store, params }: Exchange): ContactEmail {
	return contactEmails(store).find(params['email_id'], 'address', 'email_not_found');
}

/** A command line calls the label a display name. */
function wordsOf({
	display_name: name,
	...words
}: Partial<ContactEmail> & { display_name?: string }) {
	return name === undefined ? words : { label: name, ...words };
}

/** Only one address comes first. */
function giveFirstPlace(store: Store, id: string): void {
	for (const address of contactEmails(store).newestFirst()) address.is_primary = address.id === id;
}

/** The token in the link that verifies an address: `sandbox-verify-` and the place at which it was added. */
function verifiedBy(store: Store, token: string): ContactEmail | undefined {
	const place = Number(/^sandbox-verify-(\d+)$/.exec(token)?.[1]);
	return contactEmails(store).newestFirst().toReversed()[place - 1];
}

export const contactEmailOperations: Operations = {
	'contactEmail.getAll': ({ store }) => {
		const emails = ordered(store, contactEmails(store).newestFirst());
		return ok({ emails, total: emails.length, kally_mailbox: MAILBOX });
	},
	'contactEmail.add': ({ store, body }) => {
		const isThere = contactEmails(store)
			.newestFirst()
			.some(({ email_address: address }) => address === body.email_address);
		if (isThere) {
			throw new ApiError('conflict', 'This address is registered already', 'email_exists');
		}
		const address = addContactEmail(store, wordsOf(body) as Given);
		if (address.is_primary) giveFirstPlace(store, address.id);
		return created(structuredClone(address));
	},
	'contactEmail.update': (exchange) => {
		const address = Object.assign(addressOf(exchange), wordsOf(exchange.body));
		if (address.is_primary) giveFirstPlace(exchange.store, address.id);
		return ok(address);
	},
	'contactEmail.delete': (exchange) => {
		contactEmails(exchange.store).remove(addressOf(exchange).id);
		return { status: 204 };
	},
	'contactEmail.verify': ({ store, query }) => {
		const address = verifiedBy(store, query.token);
		if (address && !address.verified) {
			Object.assign(address, { verified: true, verified_at: isoSeconds() });
		}
		return {
			status: 302,
			headers: { location: `${SETTINGS_PAGE}?verified=${address !== undefined}` },
		};
	},
};
