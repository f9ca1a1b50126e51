import { randomUUID } from 'node:crypto';

import { ApiError, notFound } from '../errors.mts';
import { ok, type Exchange, type Operations } from '../operation.mts';
import { ordered } from '../listOrder.mts';
import { seedId, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';

type Provider = 'gmail' | 'outlook';

/** A mailbox that the assistant may use, or could until it was disconnected. */
export interface EmailAccount {
	id: string;
	provider: Provider;
	email: string;
	connected_at: string;
	status: 'active' | 'disconnected';
}

/** What the assistant knows about the user's way of writing. */
interface VoiceProfile {
	status: 'trained' | 'untrained';
	tone: string;
	greeting: string;
	sign_off: string;
	sample_count: number;
	trained_at: string | null;
}

const SAMPLES_PER_TRAINING = 25;

function account(data: Partial<EmailAccount>, createdMs: number): EmailAccount {
	const provider = data.provider ?? 'gmail';
	return {
		id: randomUUID(),
		provider,
		email: `ines.${provider}@example.com`,
		status: 'active',
		...data,
		connected_at: isoSeconds(createdMs),
	};
}

/** The mailboxes, also those of the past; what is missing in its data is invented. */
const { rows: accounts, add: addEmailAccount } = seededTable<EmailAccount, Partial<EmailAccount>>(
	account,
	() => [[30, { id: seedId('d', 1), provider: 'outlook', email: 'ines@example.org' }]],
);

function seededVoice(): VoiceProfile {
	return {
		status: 'untrained',
		tone: 'neutral',
		greeting: 'Hello',
		sign_off: 'Best regards',
		sample_count: 0,
		trained_at: null,
	};
}

function connectLinks(): Map<string, Provider> {
	return new Map();
}

function connected(store: Store): EmailAccount[] {
	return accounts(store)
		.newestFirst()
		.filter(({ status }) => status === 'active');
}

/** Connects the mailbox that a link was made for; nothing if there is no such link. */
export function connectMailbox(store: Store, state: string): EmailAccount | undefined {
	const links = store.part(connectLinks);
	const provider = links.get(state);
	if (!provider || !links.delete(state)) return undefined;
	return addEmailAccount(store, { provider });
}

/** The mailbox to write from, or `email_not_connected`. */
export function mailboxOf(store: Store): EmailAccount {
	const [latest] = connected(store);
	if (!latest) throw new ApiError('email_not_connected', 'No mailbox is connected');
	return latest;
}

/** The profile as replies are written by it. */
export function voiceOf(store: Store): VoiceProfile {
	return store.part(seededVoice);
}

function connectLink({ store, baseUrl }: Exchange, provider: Provider) {
	const state = randomUUID();
	store.part(connectLinks).set(state, provider);
	return ok({ url: `${baseUrl}/__mailboxes/connect?state=${state}`, provider });
}

export const emailAccountOperations: Operations = {
	'emailAccount.getAll': ({ store }) => ok({ accounts: ordered(store, connected(store)) }),
	'emailAccount.connectGmail': (exchange) => connectLink(exchange, 'gmail'),
	'emailAccount.connectOutlook': (exchange) => connectLink(exchange, 'outlook'),
	'emailAccount.disconnect': ({ store, params }) => {
		const id = params['account_id'] ?? '';
		const row = connected(store).find((candidate) => candidate.id === id);
		if (!row) throw notFound('email account', id, 'no_account');
		row.status = 'disconnected';
		return ok({ ...row });
	},
	'emailAccount.getVoiceProfile': ({ store }) => ok({ ...voiceOf(store) }),
	'emailAccount.trainVoiceProfile': ({ store }) => {
		mailboxOf(store);
		const profile = voiceOf(store);
		return ok({
			...Object.assign(profile, {
				status: 'trained',
				tone: 'friendly',
				greeting: 'Hi',
				sign_off: 'Warmly',
				sample_count: profile.sample_count + SAMPLES_PER_TRAINING,
				trained_at: isoSeconds(),
			}),
		});
	},
};
