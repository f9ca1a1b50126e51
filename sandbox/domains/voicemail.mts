import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { ok, type Exchange, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { seedId } from '../seed.mts';
import { Table, type Store } from '../store.mts';
import { DAY_MS, isoSeconds } from '../time.mts';
import { contactWith } from './inboundContact.mts';

/** A message on the machine, exactly as answered. */
export interface Voicemail {
	id: string;
	/** The inbound call that it came with, if that is known. */
	call_id: string | null;
	caller_number: string;
	caller_name: string | null;
	created_at: string;
	duration_seconds: number;
	transcription: string;
}

type Given = Pick<Voicemail, 'caller_number'> & Partial<Voicemail>;

function newVoicemail(store: Store, id: string, given: Given, createdMs: number): Voicemail {
	return {
		id,
		call_id: null,
		caller_name: contactWith(store, given.caller_number)?.name ?? null,
		created_at: isoSeconds(createdMs),
		duration_seconds: 18,
		transcription: 'Please call me back when you can.',
		...given,
	};
}

/** The voicemails, as a table. */
export function voicemails(store: Store): Table<Voicemail> {
	return store.part(seeded);
}

function seeded(store: Store): Table<Voicemail> {
	const table = new Table<Voicemail>();
	const given: Given[] = [
		{ caller_number: '+442079460162', transcription: 'The parcel is at the reception.' },
		{ caller_number: '+15550160', call_id: seedId('a', 2), duration_seconds: 31.5 },
	];
	given.forEach((message, index) => {
		const number = given.length - index;
		const id = seedId('d', number);
		table.seed(id, newVoicemail(store, id, message, Date.now() - number * DAY_MS));
	});
	return table;
}

/** Adds a voicemail. */
export function addVoicemail(store: Store, given: Given, createdMs = Date.now()): Voicemail {
	const id = randomUUID();
	return voicemails(store).add(id, newVoicemail(store, id, given, createdMs));
}

/** All voicemails, newest first. */
export function allVoicemails(store: Store): Voicemail[] {
	return voicemails(store).newestFirst();
}

/** The voicemail with this ID, or 404. */
export function findVoicemail(store: Store, id: string): Voicemail {
	const voicemail = voicemails(store).get(id);
	if (!voicemail)
		throw new ApiError('not_found', `There is no voicemail ${id}`, 'voicemail_not_found');
	return voicemail;
}

function voicemailOf({ store, params }: Exchange): Voicemail {
	return findVoicemail(store, params['voicemail_id'] ?? '');
}

export const voicemailOperations: Operations = {
	'voicemail.getAll': ({ store }) => {
		const rows = allVoicemails(store);
		return ok({ voicemails: ordered(store, rows), total: rows.length });
	},
	'voicemail.get': (exchange) => ok(voicemailOf(exchange)),
	'voicemail.getPlayback': (exchange) => {
		const { id, duration_seconds } = voicemailOf(exchange);
		const url = `${exchange.baseUrl}/__files/voicemails/${id}.mp3`;
		return ok({ url, duration_seconds, format: 'mp3' });
	},
};
