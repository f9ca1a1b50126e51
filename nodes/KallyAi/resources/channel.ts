import { choice, type FieldDetails, secret, word } from '../../shared/fields/kinds';
import { get, post, type Resource } from '../table/operation';

/** Other channels appear in the status but cannot be connected (docs/api.md, rows 7 and 51). */
const channelName = choice(
	'channel',
	{ telegram: 'Telegram', whatsapp: 'WhatsApp' },
	{ required: true, description: 'Channel to use' },
);

/** Hidden, not shown, by a channel: for an expression, which the editor may not resolve yet, all fields are there. */
const notFor = (channel: 'telegram' | 'whatsapp'): FieldDetails => ({
	displayOptions: { hide: { [`/${channelName.property.name}`]: [channel] } },
});

/** What a channel is reached with. */
const access = (details: FieldDetails = {}) => [
	secret('botToken', {
		...details,
		...notFor('whatsapp'),
		displayName: 'Telegram Bot Token',
		description: 'Token of the bot, from BotFather',
	}),
	secret('accessToken', {
		...details,
		...notFor('telegram'),
		displayName: 'WhatsApp Access Token',
		description: 'Access token of the business account',
	}),
	word('businessAccountId', {
		...details,
		...notFor('telegram'),
		displayName: 'WhatsApp Account ID',
		placeholder: 'e.g. 104996122399160',
		description: 'The WhatsApp Business Account ID, as Meta shows it',
	}),
	word('phoneNumberId', {
		...details,
		...notFor('telegram'),
		displayName: 'WhatsApp Number ID',
		placeholder: 'e.g. 106540352242922',
		description: 'The phone number ID of your WhatsApp number, as Meta shows it',
	}),
];

export const channel = {
	name: 'Channel',
	description: 'Channels the assistant uses to reach people: WhatsApp, Telegram and email',
	operations: {
		getStatus: {
			name: 'Get Status',
			action: 'Get status of channels',
			description: 'Get the status of each channel',
			request: get('/v1/channels/status'),
		},
		connect: {
			name: 'Connect',
			action: 'Connect channel',
			description: 'Connect WhatsApp or Telegram so the assistant can reach people there',
			request: post('/v1/channels/webhook/{channel}/connect'),
			notice:
				'Telegram needs a bot token. WhatsApp needs an access token, an account ID and a number ID.',
			fields: [channelName, ...access({ wasOptional: true })],
		},
		disconnect: {
			name: 'Disconnect',
			action: 'Disconnect channel',
			description: 'Disconnect WhatsApp or Telegram. Connecting it again requires its tokens.',
			request: post('/v1/channels/disconnect/{channel}'),
			fields: [channelName],
		},
		getMailbox: {
			name: 'Get Mailbox',
			action: 'Get mailbox of assistant',
			description: 'Get the email address the assistant sends from',
			request: get('/v1/channels/mailbox'),
		},
		test: {
			name: 'Test',
			action: 'Test channel',
			description:
				'Test the access to WhatsApp or Telegram with the given tokens, or with the connected ones',
			request: post('/v1/channels/webhook/{channel}/test', { bodyOptional: true, readOnly: true }),
			fields: [channelName, ...access()],
		},
	},
} satisfies Resource;
