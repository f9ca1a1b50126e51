import { now } from '../clock.mts';
import { ApiError } from '../errors.mts';
import { ok, type Exchange, type Operations } from '../operation.mts';
import { seedId } from '../seed.mts';
import type { Store } from '../store.mts';
import { DAY_MS, isoSeconds } from '../time.mts';
import { contactEmails, MAILBOX, primaryEmail } from './contactEmail.mts';

/** A channel as the status lists it. */
interface Channel {
	channel: string;
	connected: boolean;
	account_name: string | null;
	connected_at: string | null;
}

type Access = Record<string, string> | undefined;

/** What each channel needs to be reached. */
const NEEDS: Record<string, string[]> = {
	telegram: ['bot_token'],
	whatsapp: ['phone_number_id', 'access_token'],
};

function seeded(): Map<string, Channel> {
	const connected_at = isoSeconds(now() - 30 * DAY_MS);
	const telegram = { connected: true, account_name: '@sandbox_assistant_bot', connected_at };
	const none = { connected: false, account_name: null, connected_at: null };
	return new Map([
		['telegram', { channel: 'telegram', ...telegram }],
		['whatsapp', { channel: 'whatsapp', ...none }],
	]);
}

function channelOf({ store, params }: Pick<Exchange, 'store' | 'params'>): Channel {
	return store.part(seeded).get(params['channel'] ?? '') as Channel;
}

/** Name of the account that the access opens; refuses one that lacks something. */
function accountName(channel: string, access: NonNullable<Access>): string {
	const missing = (NEEDS[channel] ?? []).filter((name) => !access[name]);
	if (missing.length > 0) {
		throw new ApiError('validation_failed', `${missing.join(', ')} is missing`, 'missing_access');
	}
	if (channel === 'whatsapp') return `WhatsApp ${access['phone_number_id']}`;
	return `@bot_${access['bot_token']?.split(':', 1)[0]}`;
}

const isGiven = (access: Access): access is NonNullable<Access> =>
	access !== undefined && Object.keys(access).length > 0;

function status(store: Store) {
	const emails = contactEmails(store);
	return {
		channels: [...store.part(seeded).values()],
		email: {
			connected: emails.size > 0,
			contact_count: emails.size,
			primary_email: primaryEmail(store)?.email_address ?? null,
			kally_mailbox: MAILBOX,
		},
	};
}

export const channelOperations: Operations = {
	'channel.getStatus': ({ store }) => ok(status(store)),
	'channel.getMailbox': () => ok({ mailbox: MAILBOX, user_id: seedId('a', 1) }),
	// A command line says nothing of the access; it is taken to be set up elsewhere.
	'channel.connect': (exchange) => {
		const channel = channelOf(exchange);
		const access: Access = exchange.body;
		Object.assign(channel, {
			connected: true,
			account_name: isGiven(access)
				? accountName(channel.channel, access)
				: `${channel.channel} of the sandbox`,
			connected_at: isoSeconds(),
		});
		const { channel: name, account_name } = channel;
		return ok({ success: true, channel: name, account_name });
	},
	'channel.test': (exchange) => {
		const channel = channelOf(exchange);
		const access: Access = exchange.body;
		if (isGiven(access)) {
			return ok({ success: true, account_name: accountName(channel.channel, access) });
		}
		return ok({ success: channel.connected, account_name: channel.account_name });
	},
	'channel.disconnect': (exchange) => {
		const name = exchange.params['channel'];
		if (name !== 'email') {
			Object.assign(channelOf(exchange), {
				connected: false,
				account_name: null,
				connected_at: null,
			});
		}
		return ok({ success: true, channel: name });
	},
};
