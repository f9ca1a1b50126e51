import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { ok, created, type Exchange, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { oneADay, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';

/** A caller who is known, exactly as answered. */
export interface InboundContact {
	id: string;
	name: string;
	phone_number: string;
	is_vip: boolean;
	notes: string | null;
	created_at: string;
	updated_at: string;
}

type Given = Pick<InboundContact, 'name' | 'phone_number'> & Partial<InboundContact>;

/** Who is found in the address book of a service. Others are known to be empty. */
const ADDRESS_BOOKS: Record<string, Given[]> = {
	google: [
		{ name: 'Noor Haddad', phone_number: '+15550131' },
		{ name: 'Piet Vermeer', phone_number: '+15550132' },
		{ name: 'Rosa Lind', phone_number: '+442079460133' },
	],
	csv: [{ name: 'Ida Falk', phone_number: '+15550134' }],
};

function newContact(given: Given, createdMs: number): InboundContact {
	const at = isoSeconds(createdMs);
	return {
		id: randomUUID(),
		is_vip: false,
		notes: null,
		created_at: at,
		updated_at: at,
		...given,
	};
}

const { rows: contacts, add: addContact } = seededTable(newContact, () =>
	oneADay<Given>(
		'c',
		[
			{ name: 'Otto Berg', phone_number: '+15550161' },
			{
				name: 'Clara Soto',
				phone_number: '+15550160',
				is_vip: true,
				notes: 'Wants to be called back',
			},
		],
		30,
	),
);

/** The contact who calls from this number, if there is one. */
export function contactWith(store: Store, phoneNumber: string): InboundContact | undefined {
	return contacts(store)
		.newestFirst()
		.find((contact) => contact.phone_number === phoneNumber);
}

function addUnlessTaken(store: Store, given: Given): InboundContact {
	refuseTaken(store, given.phone_number);
	return addContact(store, given);
}

function refuseTaken(store: Store, phoneNumber: string, except?: InboundContact): void {
	const owner = contactWith(store, phoneNumber);
	if (owner && owner !== except) {
		throw new ApiError('conflict', `${phoneNumber} belongs to ${owner.name}`, 'contact_exists');
	}
}

function contactOf({ store, params }: Exchange): InboundContact {
	return contacts(store).find(params['contact_id'], 'contact', 'contact_not_found');
}

export const inboundContactOperations: Operations = {
	'inboundContact.getAll': ({ store }) => {
		const rows = contacts(store).newestFirst();
		return ok({ contacts: ordered(store, rows), total: rows.length });
	},
	'inboundContact.create': ({ store, body }) =>
		created(structuredClone(addUnlessTaken(store, body))),
	'inboundContact.update': (exchange) => {
		const contact = contactOf(exchange);
		const { store, body } = exchange;
		if (body.phone_number) refuseTaken(store, body.phone_number, contact);
		return ok(Object.assign(contact, body, { updated_at: isoSeconds() }));
	},
	'inboundContact.delete': (exchange) => {
		const { id } = contactOf(exchange);
		contacts(exchange.store).remove(id);
		return ok({ id, deleted: true });
	},
	'inboundContact.import': ({ store, body }) => {
		const found = ADDRESS_BOOKS[body.source] ?? [];
		const fresh = found.filter(({ phone_number }) => !contactWith(store, phone_number));
		const imported = fresh.map((person) => addUnlessTaken(store, person));
		return ok({
			source: body.source,
			imported_count: imported.length,
			skipped_count: found.length - imported.length,
			contacts: structuredClone(imported),
		});
	},
};
