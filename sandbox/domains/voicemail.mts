import { randomUUID } from 'node:crypto';

import { ok, type Exchange, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { oneADay, seedId, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';
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

function newVoicemail(given: Given, createdMs: number, store: Store): Voicemail {
	return {
		id: randomUUID(),
		call_id: null,
		caller_name: contactWith(store, given.caller_number)?.name ?? null,
		created_at: isoSeconds(createdMs),
		duration_seconds: 18,
		transcription: 'Please call me back when you can.',
		...given,
	};
}

/** The voicemails, and how one gets there. */
export const { rows: voicemails, add: addVoicemail } = seededTable(newVoicemail, () =>
	oneADay<Given>('d', [
		{ caller_number: '+442079460162', transcription: 'The parcel is at the reception.' },
		{ caller_number: '+15550160', call_id: seedId('a', 2), duration_seconds: 31.5 },
	]),
);

/** The voicemail with this ID, or 404. */
export function findVoicemail(store: Store, id: string | undefined): Voicemail {
	return voicemails(store).find(id, 'voicemail', 'voicemail_not_found');
}

function voicemailOf({ store, params }: Exchange): Voicemail {
	return findVoicemail(store, params['voicemail_id']);
}

export const voicemailOperations: Operations = {
	'voicemail.getAll': ({ store }) => {
		const rows = voicemails(store).newestFirst();
		return ok({ voicemails: ordered(store, rows), total: rows.length });
	},
	'voicemail.get': (exchange) => ok(voicemailOf(exchange)),
	'voicemail.getPlayback': (exchange) => {
		const { id, duration_seconds } = voicemailOf(exchange);
		const url = `${exchange.baseUrl}/__files/voicemails/${id}.mp3`;
		return ok({ url, duration_seconds, format: 'mp3' });
	},
};
