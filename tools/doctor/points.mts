import type { Readings, SwitchName } from '../../sandbox/worlds.mts';

/** What the package does where the service is in one way. */
export interface Consequence {
	/** Whether what the user wants still happens. */
	isRight: boolean;
	text: string;
}

/**
 * One point of docs/api.md on which nobody knows how the service is. `by` says what it takes to find out; `nothing`
 * means that the doctor cannot. `tells` says how, or why not.
 */
export interface Point<Name extends SwitchName = SwitchName> {
	by: 'reading' | 'writing' | 'nothing';
	tells: string;
	/** What the package does where the first reading is not the true one. */
	otherwise: Record<string, Consequence> & Partial<Record<Readings[Name], Consequence>>;
	/** Single readings that cannot be told from the first, and why. */
	hidden?: Partial<Record<Readings[Name], string>>;
}

const right = (text: string): Consequence => ({ isRight: true, text });
const wrong = (text: string): Consequence => ({ isRight: false, text });

const OTHER_NAMES_REFUSED = 'is refused; the message names the fields that the service wants';
const ITS_OWN_MEMORY =
	'The node itself remembers what it has done, within an n8n process and an execution';
const ALSO_TAKEN = 'whether the other names are taken as well would take a real change';
const FOUND = 'The rows are found';
const NEEDS_CLIENT =
	'Needs an OAuth2 client of your own. Click Connect on the OAuth2 credential and compare the scopes it was given';

/** Every point, by the switch of `sandbox/worlds.mts` that plays it. */
export const POINTS: { [Name in SwitchName]: Point<Name> } = {
	outreachRequest: {
		by: 'writing',
		tells:
			'two tasks for a recipient that is no address, one in each form: the refusals name the fields',
		otherwise: {
			reference: right('The reference’s fields are sent'),
			'command line': right('The command line’s fields are sent once a refusal asks for them'),
		},
	},
	planRequest: {
		by: 'writing',
		tells: 'a change to a plan that does not exist: the refusal names the fields',
		otherwise: {
			reference: right('The reference’s fields are sent'),
			'command line': right('The command line’s field is sent once a refusal asks for it'),
		},
		hidden: { reference: ALSO_TAKEN },
	},
	contactEmailRequest: {
		by: 'writing',
		tells: 'an address without an @: the refusal names the fields',
		otherwise: {
			reference: right('The reference’s fields are sent'),
			'command line': right('The command line’s name is sent once a refusal asks for it'),
		},
		hidden: { reference: ALSO_TAKEN },
	},
	channelAccess: {
		by: 'writing',
		tells: 'the test of Telegram, which keeps nothing, with and without a token',
		otherwise: {
			fields: right(
				'The fields are sent where they are given; without them the message names them',
			),
			nothing: wrong('Channel: Connect is refused where a token is given'),
		},
	},
	emailDisconnect: {
		by: 'nothing',
		tells: 'It would disconnect your email',
		otherwise: { refused: right('The node never sends it') },
	},
	callLanguage: {
		by: 'writing',
		tells: 'the call is first asked for without languages',
		otherwise: {
			'es unless given': right('Both languages are always sent'),
			required: right('Both languages are always sent'),
		},
	},
	callTimezone: {
		by: 'writing',
		tells: 'the call is first asked for without a time zone',
		otherwise: {
			'Europe/Madrid unless given': right('The time zone is always sent'),
			'America/New_York unless given': right('The time zone is always sent'),
		},
	},
	callLimits: {
		by: 'writing',
		tells:
			'a call without a number and with a task of three letters: the refusal names the task, or not',
		otherwise: {
			'of the MCP server': right('What is too long or too short is refused, and nobody is called'),
		},
	},
	callExtras: {
		by: 'writing',
		tells: 'the call is first asked for with `is_urgent` and `session_id`',
		otherwise: {
			'session_id as well': right('`session_id` is never sent'),
			none: wrong('Call: Make is refused where one of these fields is added'),
		},
	},
	rescheduleRequest: {
		by: 'writing',
		tells:
			'two requests about a call that does not exist: the refusal names the fields, or the call',
		otherwise: {
			both: wrong('Call: Reschedule is refused where only a date or only a time is given'),
			'nothing needed': right('A date or a time is always sent'),
			'names as when a call is made': wrong(`Call: Reschedule ${OTHER_NAMES_REFUSED}`),
		},
	},
	goalOffset: {
		by: 'reading',
		tells: 'goals with offset 1, compared with those without',
		otherwise: {
			ignored: wrong('Goal: Get Many gives no more than the first page, and says so'),
			refused: wrong('Goal: Get Many gives no more than the first page, and says so'),
		},
	},
	eventPeriod: {
		by: 'reading',
		tells: 'inbound events of a time to come, under both names',
		otherwise: {
			'date_from and date_to': wrong('Inbound Call: Get Events is not narrowed by From and To'),
			neither: wrong('Inbound Call: Get Events is not narrowed by From and To'),
		},
	},
	importSource: {
		by: 'writing',
		tells: 'an import from a source that does not exist',
		otherwise: { 'google only': right('Any other source is refused, and the message says so') },
	},
	ruleConfig: {
		by: 'writing',
		tells: 'a rule that is off is made with `action_config`, and deleted',
		otherwise: { refused: wrong('Inbound Rule: Create is refused where Action Config is added') },
	},
	rulePriority: {
		by: 'writing',
		tells: 'a rule that is off is made without a priority, and deleted',
		otherwise: { '10 unless given': right('The priority is left to the service') },
	},
	numberPath: {
		by: 'reading',
		tells: 'one of your numbers, without `/details`',
		otherwise: { both: right('The address with `/details` is used') },
	},
	outreachFilters: {
		by: 'reading',
		tells: 'tasks of two statuses',
		otherwise: {
			'one status': wrong('Outreach Task: Get Many is refused with several statuses or a limit'),
		},
	},
	choices: {
		by: 'writing',
		tells: 'an estimate of a kind that does not exist',
		otherwise: { 'any text': right('The choices of the editor are taken too') },
	},
	emailRespond: {
		by: 'nothing',
		tells: 'It would write to somebody',
		otherwise: { 'waits for approval': right('The status says that it waits') },
	},
	unknownFields: {
		by: 'reading',
		tells: 'calls with a parameter that nothing knows',
		otherwise: { ignored: right('No unknown fields are sent') },
	},
	urgency: {
		by: 'writing',
		tells:
			'a task for a recipient that is no address, with an odd urgency: the refusal names it, or not',
		otherwise: {
			'low, normal or high': right('Another urgency is refused, and the message says so'),
		},
	},
	putRequests: {
		by: 'writing',
		tells: 'a contact is made, one field of it changed, and deleted',
		otherwise: {
			replace: wrong(
				'Update of contacts, rules and contact emails resets, or misses, what is not added',
			),
		},
	},
	periodBounds: {
		by: 'reading',
		tells: 'inbound calls of the day of one of them, by date and by time',
		otherwise: {
			'dates only': wrong('Date From and Date To are refused where they have a time'),
			'times only': wrong('Date From and Date To are refused where they have no time'),
			'end left out': wrong('The day of Date To is left out'),
		},
	},
	actionItemIndex: {
		by: 'writing',
		tells: 'the action item behind the last one is set to the status that the last one has',
		otherwise: { 'from 1': wrong('Inbound Call: Update Action Item means the item before') },
	},
	scopeSpelling: {
		by: 'writing',
		tells: 'the scopes in the response to a renewal',
		otherwise: { dot: right('Scope of the credential can be edited') },
	},
	knownScopes: { by: 'nothing', tells: NEEDS_CLIENT, otherwise: {} },
	withoutScope: { by: 'nothing', tells: NEEDS_CLIENT, otherwise: {} },
	scopes: {
		by: 'reading',
		tells: 'which domains this sign-in reaches',
		otherwise: {
			'not looked at': right('More is allowed than was requested'),
			'asked for, closed where none is known': wrong(
				'Inbound calls, phone numbers, channels, outreach, referrals and notifications are closed to this sign-in',
			),
		},
		hidden: { 'not looked at': 'needs a sign-in that may do less' },
	},
	clientSecret: { by: 'nothing', tells: 'Needs an OAuth2 client of your own', otherwise: {} },
	renewal: {
		by: 'writing',
		tells: 'a renewal at both addresses; the token URL is asked without a client',
		otherwise: {
			'/v1/auth/refresh': wrong('The OAuth2 credential has to be connected again after an hour'),
			'/v1/auth/gpt/token': wrong('The Token credential cannot renew its token'),
		},
	},
	refreshTokens: {
		by: 'writing',
		tells: 'the tokens are renewed, then once more with the old refresh token',
		otherwise: {
			'new, the old one lasts': right('The new one is kept'),
			'the same again': right('It is kept'),
			'left out': right('The old one is kept'),
		},
	},
	userAgents: {
		by: 'reading',
		tells: 'whether a public address answers the name of the node with an HTML page and 403',
		otherwise: {
			'known ones for calls': wrong('Call: Make is refused, and the message says by what'),
			'known ones': wrong('Everything is refused, and the message says by what'),
		},
		hidden: { 'known ones for calls': 'needs the call of --write' },
	},
	idempotencyKeys: {
		by: 'writing',
		tells: 'a conversation and the call, asked for twice with one key each',
		otherwise: { calls: right(ITS_OWN_MEMORY), nowhere: right(ITS_OWN_MEMORY) },
	},
	keyLifetime: {
		by: 'writing',
		tells: 'the conversation, or the call, asked for again with the same key after eleven minutes',
		otherwise: { 'ten minutes': right(ITS_OWN_MEMORY) },
	},
	documentedLimits: {
		by: 'writing',
		tells: 'a referral code, validated 21 times',
		otherwise: { kept: right('The wait is kept, or the message says that it was too much') },
	},
	rateLimit: {
		by: 'nothing',
		tells:
			'The doctor never asks more than twice a second; the headers of a 429, if one comes, are told',
		otherwise: {},
	},
	callRows: {
		by: 'reading',
		tells: 'where the rows of the list of calls stand',
		otherwise: { calls: right(FOUND), items: right(FOUND) },
	},
	callRow: {
		by: 'reading',
		tells: 'the fields of a call in the list',
		otherwise: { flat: right('Passed on as it comes'), both: right('Passed on as it comes') },
	},
	callId: {
		by: 'reading',
		tells: 'the name of the ID in the list of calls',
		otherwise: { id: right('The ID is found') },
	},
	goalAndInboxRows: {
		by: 'reading',
		tells: 'where the rows of goals and of the inbox stand',
		otherwise: { items: right(FOUND) },
	},
	unstatedRows: {
		by: 'reading',
		tells: 'where the rows of the other lists stand',
		otherwise: {
			items: right(FOUND),
			data: right(FOUND),
			results: right(FOUND),
			'a bare array': right(FOUND),
			'another name': right('The rows are found, as the only list in the response'),
		},
	},
	unstatedIds: {
		by: 'reading',
		tells: 'the names of IDs in lists of which no sample is published',
		otherwise: { named: right('The ID is found') },
	},
	statedLimits: {
		by: 'reading',
		tells: 'calls with limit 1000',
		otherwise: {
			capped: right('No larger limit than the published one is sent'),
			'capped at 50': right('A page that is shorter than asked for is not taken for the last'),
		},
	},
	unstatedLimits: {
		by: 'reading',
		tells: 'lists without a published bound, with limit 1000',
		otherwise: {
			'20, capped': wrong('Lists without pages give their first 20 rows; the node says so'),
			'20, refused': right('A smaller page is asked for'),
		},
	},
	offset: {
		by: 'reading',
		tells: 'calls with offset 1, compared with those without',
		otherwise: { ignored: wrong('Lists give no more than their first page; the node says so') },
	},
	totals: {
		by: 'reading',
		tells: '`total` beside the rows that came, of one page and of one status',
		otherwise: {
			'left out': right('Pages are read until one is short'),
			'of the page': right('Pages are read until one is short'),
			'0': right('Pages are read until one is short'),
			'before filtering': right('A page that brings nothing new ends a list'),
		},
	},
	hasMore: {
		by: 'reading',
		tells: 'whether `has_more` is in the response about tasks',
		otherwise: { 'left out': right('The total and short pages end a list') },
	},
	order: {
		by: 'reading',
		tells: 'the times of the rows of calls, and of other lists where there are few',
		otherwise: {
			oldest: right('The trigger finds out and reads from the end'),
			none: right('The trigger reads the whole list'),
		},
	},
	archivedGoals: {
		by: 'reading',
		tells: 'whether archived goals are among all goals',
		otherwise: { 'left out': right('Status Archived lists them') },
	},
	assistantReply: {
		by: 'writing',
		tells: 'a question to the assistant',
		otherwise: { 'short reference': right('`message` is given as `response` as well') },
	},
	newConversation: {
		by: 'writing',
		tells: 'the conversation that is opened for the keys',
		otherwise: { id: right('`id` is given as `conversation_id` as well') },
	},
	transcript: {
		by: 'reading',
		tells: 'the transcript of a call',
		otherwise: {
			transcript: right('Given as `entries`'),
			'a bare array': right('Given as `entries`'),
			'role and text': right('Given as `speaker` and `content`'),
		},
	},
	calendarFile: {
		by: 'reading',
		tells: 'the media type of the calendar file of a call',
		otherwise: { 'application/octet-stream': right('Any type is taken') },
	},
	billingPortal: {
		by: 'reading',
		tells: 'the name of the address in the response about the billing portal',
		otherwise: { portal_url: right('It is given as `url` as well') },
	},
	subscription: {
		by: 'reading',
		tells: 'which of two addresses of the subscription exist',
		otherwise: {
			newest: right('The newest one is used'),
			older: wrong('Subscription: Get Status finds nothing'),
		},
	},
	statistics: {
		by: 'reading',
		tells: 'whether the older statistics exist',
		otherwise: { gone: right('Not used') },
	},
	amounts: {
		by: 'reading',
		tells: 'the type of `credits_used`',
		otherwise: { texts: right('A text that is a number counts as one') },
	},
	planNames: {
		by: 'reading',
		tells: 'the names in the list of plans and of your own plan',
		otherwise: {
			'trial, personal, business': wrong(
				'Subscription: Change Plan offers names that the service does not have',
			),
		},
	},
	channelNames: {
		by: 'reading',
		tells: 'the channels in their state',
		otherwise: { all: right('Passed on as it comes') },
	},
	times: {
		by: 'reading',
		tells: 'every time in every response',
		otherwise: {
			'other offset': right('Read with its offset'),
			'no offset': right('Read as UTC'),
			seconds: right('Read as seconds since 1970'),
			milliseconds: right('Read as milliseconds since 1970'),
		},
	},
	precision: {
		by: 'reading',
		tells: 'the digits of every time in every response',
		otherwise: {
			minutes: right('Rows are known by their IDs'),
			milliseconds: right('Read as they are'),
			microseconds: right('Read as they are'),
		},
	},
	actionAnswers: {
		by: 'writing',
		tells: 'the response to the change of the contact that is made for it',
		otherwise: { 'success only': right('Passed on; a Get tells how the thing is now') },
	},
	inboxConversation: {
		by: 'reading',
		tells: 'whether a message names its conversation',
		otherwise: { 'left out': wrong('Message: Get Thread has no ID to go by') },
	},
	errorShape: {
		by: 'reading',
		tells: 'the response about a call that does not exist',
		otherwise: {
			older: right('Read'),
			'code as text': right('Read'),
			detail: right('Read; there is no code to explain'),
			text: right('Read; there is no code to explain'),
			page: right('Told as what it is; there is no code to explain'),
		},
	},
	quotaError: {
		by: 'nothing',
		tells: 'Needs an account without credits',
		otherwise: { minutes: right('Read') },
	},
	errorStatus: {
		by: 'reading',
		tells: 'the status of the response about a call that does not exist',
		otherwise: { '200': right('An error in the response counts as one') },
	},
	callTime: {
		by: 'writing',
		tells: 'how long it takes until the response about the call arrives, or the call goes on',
		otherwise: { minutes: right('The node waits; Timeout says how long') },
	},
	callAnswer: {
		by: 'writing',
		tells: 'the status in the response about the call',
		otherwise: { 'at once': right('Wait for Completion waits for the outcome') },
	},
	callEnds: {
		by: 'reading',
		tells: 'the statuses of calls',
		otherwise: { 'terminated as well': right('Counts as ended') },
	},
	openCalls: {
		by: 'reading',
		tells: 'the statuses of calls, also during the call of --write',
		otherwise: { queued: right('Counts as going on'), pending: right('Counts as going on') },
	},
	goalStates: {
		by: 'reading',
		tells: 'the statuses of goals',
		otherwise: {
			'needs_input and in_progress as well': right(
				'Wait for Completion knows both; the filter offers five',
			),
		},
	},
	goals: {
		by: 'writing',
		tells: 'the goal that comes of the question to the assistant, looked at for three minutes',
		otherwise: { 'go on': right('Wait for Completion waits for the end') },
	},
	outreachStates: {
		by: 'reading',
		tells: 'the statuses of tasks',
		otherwise: { 'awaiting as well': right('Counts as going on') },
	},
	transcripts: {
		by: 'writing',
		tells: 'the transcript of the call, as soon as it is over',
		otherwise: { late: wrong('Call: Get Transcript finds none in the first minute after a call') },
	},
	recordings: {
		by: 'reading',
		tells: 'the link to a recording, followed at once and again at the end',
		otherwise: {
			expire: right('Downloaded at once'),
			redirect: right('Followed'),
			'need the token': right('The token is sent where the link leads below the base URL'),
		},
	},
	reading: {
		by: 'writing',
		tells: 'an unread message is read, then looked for in the list',
		otherwise: { 'marks as read': right('The editor says that it may') },
	},
	unreadFalse: {
		by: 'reading',
		tells: 'the inbox with `unread=false`',
		otherwise: { 'read ones': right('Never sent') },
	},
};
