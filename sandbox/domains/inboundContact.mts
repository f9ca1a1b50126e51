import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { ok, created, type Exchange, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { seedId } from '../seed.mts';
import { Table, type Store } from '../store.mts';
import { DAY_MS, isoSeconds } from '../time.mts';

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

function newContact(id: string, given: Given, createdMs: number): InboundContact {
	const at = isoSeconds(createdMs);
	return { id, is_vip: false, notes: null, created_at: at, updated_at: at, ...given };
}

function contacts(store: Store): Table<InboundContact> {
	return store.part(seeded);
}

function seeded(): Table<InboundContact> {
	const table = new Table<InboundContact>();
	const people: Given[] = [
		{ name: 'Otto Berg', phone_number: '+15550161' },
		{
			name: 'Clara Soto',
			phone_number: '+15550160',
			is_vip: true,
			notes: 'Wants to be called back',
		},
	];
	people.forEach((person, index) => {
		const id = seedId('c', people.length - index);
		table.seed(id, newContact(id, person, Date.now() - (30 - index) * DAY_MS));
	});
	return table;
}

/** The contact who calls from this number, if there is one. */
export function contactWith(store: Store, phoneNumber: string): InboundContact | undefined {
	return contacts(store)
		.newestFirst()
		.find((contact) => contact.phone_number === phoneNumber);
}

/** Adds a contact; 409 if the number belongs to one. */
export function addInboundContact(
	store: Store,
	given: Given,
	createdMs = Date.now(),
): InboundContact {
	refuseTaken(store, given.phone_number);
	const id = randomUUID();
	return contacts(store).add(id, newContact(id, given, createdMs));
}

function refuseTaken(store: Store, phoneNumber: string, except?: InboundContact): void {
	const owner = contactWith(store, phoneNumber);
	if (owner && owner !== except) {
		throw new ApiError('conflict', `${phoneNumber} belongs to ${owner.name}`, 'contact_exists');
	}
}

function contactOf({ store, params }: Exchange): InboundContact {
	const id = params['contact_id'] ?? '';
	const contact = contacts(store).get(id);
	if (!contact) throw new ApiError('not_found', `There is no contact ${id}`, 'contact_not_found');
	return contact;
}

export const inboundContactOperations: Operations = {
	'inboundContact.getAll': ({ store }) => {
		const rows = contacts(store).newestFirst();
		return ok({ contacts: ordered(store, rows), total: rows.length });
	},
	'inboundContact.create': ({ store, body }) =>
		created(structuredClone(addInboundContact(store, body))),
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
		const imported = fresh.map((person) => addInboundContact(store, person));
		return ok({
			source: body.source,
			imported_count: imported.length,
			skipped_count: found.length - imported.length,
			contacts: structuredClone(imported),
		});
	},
};
