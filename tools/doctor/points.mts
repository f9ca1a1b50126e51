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

const OTHER_NAMES_REFUSED = 'is refused; the message names the fields that the service requires';
const ITS_OWN_MEMORY =
	'The node itself remembers what was done, in the execution and in the n8n process';
const ALSO_TAKEN = 'only a real change would show whether the other names are accepted as well';
const FOUND = 'The rows are found';
const NEEDS_CLIENT =
	'Needs your own OAuth2 client. Click Connect in the OAuth2 credential and compare the granted scopes';

/** Every point, by the switch of `sandbox/worlds.mts` that plays it. */
export const POINTS: { [Name in SwitchName]: Point<Name> } = {
	outreachRequest: {
		by: 'writing',
		tells:
			'two tasks for an invalid recipient, one with each set of fields: the errors name the fields',
		otherwise: {
			reference: right('The reference’s fields are sent'),
			'command line': right('The command line’s fields are sent if an error asks for them'),
		},
	},
	planRequest: {
		by: 'writing',
		tells: 'a change to a plan that does not exist: the error names the fields',
		otherwise: {
			reference: right('The reference’s fields are sent'),
			'command line': right('The command line’s field is sent if an error asks for it'),
		},
		hidden: { reference: ALSO_TAKEN },
	},
	contactEmailRequest: {
		by: 'writing',
		tells: 'an address without an @: the error names the fields',
		otherwise: {
			reference: right('The reference’s fields are sent'),
			'command line': right('The command line’s name is sent if an error asks for it'),
		},
		hidden: { reference: ALSO_TAKEN },
	},
	channelAccess: {
		by: 'writing',
		tells: 'the Telegram test, which stores nothing, with and without a token',
		otherwise: {
			fields: right('The fields are sent if they are set; otherwise the message names them'),
			nothing: wrong('Channel: Connect is refused if a token is set'),
		},
	},
	emailDisconnect: {
		by: 'nothing',
		tells: 'It would disconnect your email',
		otherwise: { refused: right('The node never sends it') },
	},
	callLanguage: {
		by: 'writing',
		tells: 'the call is first requested without languages',
		otherwise: {
			'es unless given': right('Both languages are always sent'),
			required: right('Both languages are always sent'),
		},
	},
	callTimezone: {
		by: 'writing',
		tells: 'the call is first requested without a time zone',
		otherwise: {
			'Europe/Madrid unless given': right('The time zone is always sent'),
			'America/New_York unless given': right('The time zone is always sent'),
		},
	},
	callLimits: {
		by: 'writing',
		tells:
			'a call without a number and with a task of three letters: does the error name the task?',
		otherwise: {
			'of the MCP server': right(
				'Texts that are too long or too short are refused, and nobody is called',
			),
		},
	},
	callExtras: {
		by: 'writing',
		tells: 'the call is first requested with `is_urgent` and `session_id`',
		otherwise: {
			'session_id as well': right('`session_id` is never sent'),
			none: wrong('Call: Make is refused if one of these fields is added'),
		},
	},
	rescheduleRequest: {
		by: 'writing',
		tells: 'two requests for a call that does not exist: the error names the fields, or the call',
		otherwise: {
			both: wrong('Call: Reschedule is refused if only a date or only a time is set'),
			'nothing needed': right('A date or a time is always sent'),
			'names as when a call is made': wrong(`Call: Reschedule ${OTHER_NAMES_REFUSED}`),
		},
	},
	goalOffset: {
		by: 'reading',
		tells: 'goals with offset 1, compared with those without',
		otherwise: {
			ignored: wrong('Goal: Get Many returns only the first page, and says so'),
			refused: wrong('Goal: Get Many returns only the first page, and says so'),
		},
	},
	eventPeriod: {
		by: 'reading',
		tells: 'inbound events of a future period, with both names',
		otherwise: {
			'date_from and date_to': wrong('From and To have no effect in Inbound Call: Get Events'),
			neither: wrong('From and To have no effect in Inbound Call: Get Events'),
		},
	},
	importSource: {
		by: 'writing',
		tells: 'an import from a source that does not exist',
		otherwise: { 'google only': right('Any other source is refused, and the message says so') },
	},
	ruleConfig: {
		by: 'writing',
		tells: 'an inactive rule is created with `action_config`, then deleted',
		otherwise: { refused: wrong('Inbound Rule: Create is refused if Action Config is added') },
	},
	rulePriority: {
		by: 'writing',
		tells: 'an inactive rule is created without a priority, then deleted',
		otherwise: { '10 unless given': right('The service sets the priority') },
	},
	numberPath: {
		by: 'reading',
		tells: 'one of your numbers, without `/details`',
		otherwise: { both: right('The path with `/details` is used') },
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
		tells: 'an estimate for a type that does not exist',
		otherwise: { 'any text': right('The choices of the editor are accepted as well') },
	},
	emailRespond: {
		by: 'nothing',
		tells: 'It would write to somebody',
		otherwise: { 'waits for approval': right('The status says that the reply is waiting') },
	},
	unknownFields: {
		by: 'reading',
		tells: 'calls with an unknown parameter',
		otherwise: { ignored: right('No unknown fields are sent') },
	},
	urgency: {
		by: 'writing',
		tells:
			'a task for an invalid recipient with an unusual urgency: does the error name the urgency?',
		otherwise: {
			'low, normal or high': right('Another urgency is refused, and the message says so'),
		},
	},
	putRequests: {
		by: 'writing',
		tells: 'a contact is created, one of its fields is changed, and the contact is deleted',
		otherwise: {
			replace: wrong(
				'Update of contacts, rules and contact emails resets or requires fields that are not added',
			),
		},
	},
	periodBounds: {
		by: 'reading',
		tells: 'inbound calls on the day of one of them, by date and by time',
		otherwise: {
			'dates only': wrong('Date From and Date To are refused if they have a time'),
			'times only': wrong('Date From and Date To are refused if they have no time'),
			'end left out': wrong('Calls on the day of Date To are left out'),
		},
	},
	actionItemIndex: {
		by: 'writing',
		tells:
			'the index after the last action item is used to set the status that the last one already has',
		otherwise: { 'from 1': wrong('Inbound Call: Update Action Item updates the previous item') },
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
		tells: 'which domains this sign-in can access',
		otherwise: {
			'not looked at': right('More is allowed than was requested'),
			'asked for, closed where none is known': wrong(
				'Inbound calls, phone numbers, channels, outreach, referrals and notifications are not available to this sign-in',
			),
		},
		hidden: { 'not looked at': 'needs a sign-in with fewer permissions' },
	},
	clientSecret: { by: 'nothing', tells: 'Needs your own OAuth2 client', otherwise: {} },
	renewal: {
		by: 'writing',
		tells: 'a renewal at both URLs, without a client at the token URL',
		otherwise: {
			'/v1/auth/refresh': wrong('The OAuth2 credential has to be connected again after an hour'),
			'/v1/auth/gpt/token': wrong('The Token credential cannot renew its token'),
		},
	},
	refreshTokens: {
		by: 'writing',
		tells: 'the tokens are renewed, then renewed again with the old refresh token',
		otherwise: {
			'new, the old one lasts': right('The new refresh token is stored'),
			'the same again': right('It is stored'),
			'left out': right('The old refresh token is kept'),
		},
	},
	userAgents: {
		by: 'reading',
		tells: 'whether a public endpoint responds to the name of the node with 403 and an HTML page',
		otherwise: {
			'known ones for calls': wrong('Call: Make is refused, and the message says what refused it'),
			'known ones': wrong('Everything is refused, and the message says what refused it'),
		},
		hidden: { 'known ones for calls': 'needs the call of --write' },
	},
	idempotencyKeys: {
		by: 'writing',
		tells: 'a conversation and the call, each requested twice with the same key',
		otherwise: { calls: right(ITS_OWN_MEMORY), nowhere: right(ITS_OWN_MEMORY) },
	},
	keyLifetime: {
		by: 'writing',
		tells: 'the conversation or the call, requested again with the same key after eleven minutes',
		otherwise: { 'ten minutes': right(ITS_OWN_MEMORY) },
	},
	documentedLimits: {
		by: 'writing',
		tells: 'a referral code, validated 21 times',
		otherwise: { kept: right('The node waits, or the message says that the wait was too long') },
	},
	rateLimit: {
		by: 'nothing',
		tells:
			'The doctor sends at most two requests a second; if it gets a 429, the report has its headers',
		otherwise: {},
	},
	callRows: {
		by: 'reading',
		tells: 'where the response contains the rows of the list of calls',
		otherwise: { calls: right(FOUND), items: right(FOUND) },
	},
	callRow: {
		by: 'reading',
		tells: 'the fields of a call in the list',
		otherwise: { flat: right('Returned unchanged'), both: right('Returned unchanged') },
	},
	callId: {
		by: 'reading',
		tells: 'the name of the ID in the list of calls',
		otherwise: { id: right('The ID is found') },
	},
	goalAndInboxRows: {
		by: 'reading',
		tells: 'where the responses contain the rows of goals and of the inbox',
		otherwise: { items: right(FOUND) },
	},
	unstatedRows: {
		by: 'reading',
		tells: 'where the responses contain the rows of the other lists',
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
		tells: 'the names of IDs in lists without a published sample',
		otherwise: { named: right('The ID is found') },
	},
	statedLimits: {
		by: 'reading',
		tells: 'calls with limit 1000',
		otherwise: {
			capped: right('No larger limit than the published one is sent'),
			'capped at 50': right('A page that is shorter than requested does not count as the last one'),
		},
	},
	unstatedLimits: {
		by: 'reading',
		tells: 'lists without a published maximum, with limit 1000',
		otherwise: {
			'20, capped': wrong('Lists without pages return only their first 20 rows; the node says so'),
			'20, refused': right('A smaller page is requested'),
		},
	},
	offset: {
		by: 'reading',
		tells: 'calls with offset 1, compared with those without',
		otherwise: { ignored: wrong('Lists return only their first page; the node says so') },
	},
	totals: {
		by: 'reading',
		tells: '`total` compared with the rows returned, for one page and for one status',
		otherwise: {
			'left out': right('Pages are read until one is short'),
			'of the page': right('Pages are read until one is short'),
			'0': right('Pages are read until one is short'),
			'before filtering': right('A page without new rows ends a list'),
		},
	},
	hasMore: {
		by: 'reading',
		tells: 'whether the response with the tasks has `has_more`',
		otherwise: { 'left out': right('The total or a short page ends a list') },
	},
	order: {
		by: 'reading',
		tells: 'the times of the rows of calls, and of other lists if there are few calls',
		otherwise: {
			oldest: right('The trigger detects this and reads from the end'),
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
		otherwise: { 'short reference': right('`message` is also returned as `response`') },
	},
	newConversation: {
		by: 'writing',
		tells: 'the conversation that is created to test the keys',
		otherwise: { id: right('`id` is also returned as `conversation_id`') },
	},
	transcript: {
		by: 'reading',
		tells: 'the transcript of a call',
		otherwise: {
			transcript: right('Returned as `entries`'),
			'a bare array': right('Returned as `entries`'),
			'role and text': right('Returned as `speaker` and `content`'),
		},
	},
	calendarFile: {
		by: 'reading',
		tells: 'the media type of the calendar file of a call',
		otherwise: { 'application/octet-stream': right('Any type is accepted') },
	},
	billingPortal: {
		by: 'reading',
		tells: 'the name of the URL in the response for the billing portal',
		otherwise: { portal_url: right('It is also returned as `url`') },
	},
	subscription: {
		by: 'reading',
		tells: 'which of two endpoints for the subscription exist',
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
		otherwise: { texts: right('A text that contains a number counts as a number') },
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
		tells: 'the channels in the response with their status',
		otherwise: { all: right('Returned unchanged') },
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
		tells: 'the precision of every time in every response',
		otherwise: {
			minutes: right('Rows are identified by their IDs'),
			milliseconds: right('Read as they are'),
			microseconds: right('Read as they are'),
		},
	},
	actionAnswers: {
		by: 'writing',
		tells: 'the response to the update of the contact that is created as a test',
		otherwise: { 'success only': right('Returned unchanged; a Get returns the current record') },
	},
	inboxConversation: {
		by: 'reading',
		tells: 'whether a message names its conversation',
		otherwise: { 'left out': wrong('No message has the ID that Message: Get Thread needs') },
	},
	errorShape: {
		by: 'reading',
		tells: 'the response for a call that does not exist',
		otherwise: {
			older: right('Read'),
			'code as text': right('Read'),
			detail: right('Read; there is no code to explain'),
			text: right('Read; there is no code to explain'),
			page: right('The message says that it was a page; there is no code to explain'),
		},
	},
	quotaError: {
		by: 'nothing',
		tells: 'Needs an account without credits',
		otherwise: { minutes: right('Read') },
	},
	errorStatus: {
		by: 'reading',
		tells: 'the status of the response for a call that does not exist',
		otherwise: { '200': right('An error in the response counts as one') },
	},
	callTime: {
		by: 'writing',
		tells:
			'how long it takes until the response to the call request arrives, and whether the call has ended by then',
		otherwise: { minutes: right('The node waits as long as Timeout says') },
	},
	callAnswer: {
		by: 'writing',
		tells: 'the status in the response to the call request',
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
		otherwise: {
			queued: right('Counts as still running'),
			pending: right('Counts as still running'),
		},
	},
	goalStates: {
		by: 'reading',
		tells: 'the statuses of goals',
		otherwise: {
			'needs_input and in_progress as well': right(
				'Wait for Completion recognizes both; the filter offers five',
			),
		},
	},
	goals: {
		by: 'writing',
		tells: 'the goal that the question to the assistant creates, checked for three minutes',
		otherwise: { 'go on': right('Wait for Completion waits for the end') },
	},
	outreachStates: {
		by: 'reading',
		tells: 'the statuses of tasks',
		otherwise: { 'awaiting as well': right('Counts as still running') },
	},
	transcripts: {
		by: 'writing',
		tells: 'the transcript of the call as soon as the call has ended',
		otherwise: { late: wrong('Call: Get Transcript finds none in the first minute after a call') },
	},
	recordings: {
		by: 'reading',
		tells: 'the link to a recording, opened immediately and again at the end',
		otherwise: {
			expire: right('Downloaded immediately'),
			redirect: right('Followed'),
			'need the token': right('The token is sent if the link is below the base URL'),
		},
	},
	reading: {
		by: 'writing',
		tells: 'an unread message is read, then the list is checked',
		otherwise: { 'marks as read': right('The editor says that this may happen') },
	},
	unreadFalse: {
		by: 'reading',
		tells: 'the inbox with `unread=false`',
		otherwise: { 'read ones': right('Never sent') },
	},
};
