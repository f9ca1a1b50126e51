/** One point on which nobody knows how the service is. */
interface Switch {
	/** Where docs/api.md tells of it: rows, open questions and sections. */
	about: string;
	/** What can be true, as it is named when it is chosen. The first is that of the world `kind`. */
	readings: readonly [string, string, ...string[]];
	/** That of the world `vendor`: what the vendor's own clients were made for. The first unless given. */
	vendor?: string;
	/** That of the world `harsh`, in which as much as possible is otherwise, but nothing is shut. The first unless given. */
	harsh?: string;
	/** A random world seldom has another reading than the first: it would leave little to be seen. */
	seldom?: true;
}

/**
 * Every point of docs/api.md that changes what goes over the wire, with its readings. What they do is in `dialect/` and,
 * where it is no matter of wording, in the domains.
 */
const switches = {
	// Requests: which names are taken. Those of the other source are refused with the names of the missing fields.
	outreachRequest: {
		about: 'row 1, U1',
		readings: ['both', 'reference', 'command line'],
		vendor: 'command line',
		harsh: 'command line',
	},
	planRequest: {
		about: 'row 2, U1',
		readings: ['both', 'reference', 'command line'],
		vendor: 'command line',
		harsh: 'command line',
	},
	contactEmailRequest: {
		about: 'rows 3 and 4, U1',
		readings: ['both', 'reference', 'command line'],
		vendor: 'command line',
		harsh: 'command line',
	},
	channelAccess: {
		about: 'rows 5 and 6',
		readings: ['fields or nothing', 'fields', 'nothing'],
		vendor: 'nothing',
		harsh: 'fields',
	},
	emailDisconnect: { about: 'row 7', readings: ['taken', 'refused'], harsh: 'refused' },
	callLanguage: {
		about: 'row 8',
		readings: ['en unless given', 'es unless given', 'required'],
		vendor: 'es unless given',
		harsh: 'required',
	},
	callTimezone: {
		about: 'row 9',
		readings: ['required', 'Europe/Madrid unless given', 'America/New_York unless given'],
		vendor: 'Europe/Madrid unless given',
	},
	callLimits: {
		about: 'row 10',
		readings: ['none', 'of the MCP server'],
		harsh: 'of the MCP server',
	},
	callExtras: {
		about: 'row 11',
		readings: ['the four of the references', 'session_id as well', 'none'],
		vendor: 'session_id as well',
		harsh: 'none',
	},
	rescheduleRequest: {
		about: 'row 12',
		readings: ['date, time or both', 'both', 'nothing needed', 'names as when a call is made'],
		vendor: 'nothing needed',
		harsh: 'both',
	},
	goalOffset: {
		about: 'row 13',
		readings: ['taken', 'ignored', 'refused'],
		vendor: 'ignored',
		harsh: 'refused',
	},
	eventPeriod: {
		about: 'row 14',
		readings: ['from and to', 'date_from and date_to', 'neither'],
		harsh: 'date_from and date_to',
	},
	importSource: {
		about: 'row 15',
		readings: ['any', 'google only'],
		harsh: 'google only',
	},
	ruleConfig: { about: 'row 16', readings: ['taken', 'refused'], harsh: 'refused' },
	rulePriority: {
		about: 'row 16',
		readings: ['100 unless given', '10 unless given'],
		harsh: '10 unless given',
	},
	numberPath: { about: 'row 19', readings: ['/details', 'both'], vendor: 'both', harsh: 'both' },
	outreachFilters: {
		about: 'row 20',
		readings: ['several statuses and pages', 'one status'],
		vendor: 'one status',
		harsh: 'one status',
	},
	choices: { about: 'row 21', readings: ['of the command line', 'any text'] },
	emailRespond: {
		about: 'row 22',
		readings: ['sent', 'waits for approval'],
		harsh: 'waits for approval',
	},
	unknownFields: { about: 'U2', readings: ['refused', 'ignored'], vendor: 'ignored' },
	urgency: {
		about: 'U9',
		readings: ['any text', 'low, normal or high'],
		harsh: 'low, normal or high',
	},
	putRequests: { about: 'U10', readings: ['merge', 'replace'], harsh: 'replace' },
	periodBounds: {
		about: 'U16',
		readings: ['dates or times', 'dates only', 'times only', 'end left out'],
		harsh: 'dates only',
	},
	actionItemIndex: { about: 'row 18, U23', readings: ['from 0', 'from 1'], harsh: 'from 1' },

	// Signing in and what is allowed.
	scopeSpelling: { about: 'row 23', readings: ['colon', 'dot'] },
	knownScopes: {
		about: 'row 24, U4',
		readings: ['any', 'newest list, others left out', 'newest list, others refused', 'older list'],
		vendor: 'newest list, others left out',
		harsh: 'newest list, others refused',
	},
	withoutScope: {
		about: 'U4',
		readings: ['all but billing:manage', 'calls:read', 'refused'],
		harsh: 'calls:read',
	},
	scopes: {
		about: 'section 3, U3',
		readings: ['asked for', 'not looked at', 'asked for, closed where none is known'],
		seldom: true,
	},
	clientSecret: {
		about: 'section 3',
		readings: ['in the form or a header', 'in the form'],
		vendor: 'in the form',
		harsh: 'in the form',
	},
	renewal: {
		about: 'row 25',
		readings: ['both addresses', '/v1/auth/refresh', '/v1/auth/gpt/token'],
		seldom: true,
	},
	refreshTokens: {
		about: 'row 50, U5',
		readings: ['new, the old one ends', 'new, the old one lasts', 'the same again', 'left out'],
		harsh: 'left out',
	},
	userAgents: {
		about: 'section 2, U25',
		readings: ['any', 'known ones for calls', 'known ones'],
		seldom: true,
	},

	// What is remembered and how much may be asked for.
	idempotencyKeys: {
		about: 'section 2, U6',
		readings: ['everywhere', 'calls', 'nowhere'],
		vendor: 'calls',
		harsh: 'nowhere',
	},
	keyLifetime: { about: 'U6', readings: ['for ever', 'ten minutes'], harsh: 'ten minutes' },
	documentedLimits: {
		about: 'section 7',
		readings: ['not kept', 'kept'],
		harsh: 'kept',
	},
	rateLimit: {
		about: 'U20',
		readings: ['none', 'with Retry-After', 'without Retry-After'],
		harsh: 'without Retry-After',
	},

	// Lists.
	callRows: {
		about: 'row 32',
		readings: ['calls and items', 'calls', 'items'],
		harsh: 'items',
	},
	callRow: { about: 'row 33', readings: ['nested', 'flat', 'both'], vendor: 'both', harsh: 'flat' },
	callId: { about: 'row 34', readings: ['call_id', 'id'], harsh: 'id' },
	goalAndInboxRows: {
		about: 'row 38',
		readings: ['goals and messages', 'items'],
		harsh: 'items',
	},
	unstatedRows: {
		about: 'rows 39 and 40',
		readings: ['likely names', 'items', 'data', 'results', 'a bare array', 'another name'],
		harsh: 'another name',
	},
	unstatedIds: { about: 'section 9', readings: ['id', 'named'], harsh: 'named' },
	statedLimits: {
		about: 'section 5, U17',
		readings: ['refused', 'capped', 'capped at 50'],
		harsh: 'capped',
	},
	unstatedLimits: {
		about: 'U17',
		readings: ['none', '20, capped', '20, refused'],
		harsh: '20, refused',
	},
	offset: { about: 'section 5', readings: ['taken', 'ignored'], harsh: 'ignored' },
	totals: {
		about: 'U18',
		readings: ['right', 'left out', 'of the page', '0', 'before filtering'],
		harsh: '0',
	},
	hasMore: { about: 'section 5', readings: ['right', 'left out'], harsh: 'left out' },
	order: {
		about: 'U14',
		readings: ['newest', 'oldest', 'none'],
		harsh: 'none',
	},
	archivedGoals: { about: 'U19', readings: ['listed', 'left out'], harsh: 'left out' },

	// Answers.
	assistantReply: {
		about: 'row 30',
		readings: ['newest', 'short reference'],
		harsh: 'short reference',
	},
	newConversation: { about: 'row 31', readings: ['conversation_id', 'id'], harsh: 'id' },
	transcript: {
		about: 'row 36',
		readings: ['entries', 'transcript', 'a bare array', 'role and text'],
		harsh: 'role and text',
	},
	calendarFile: {
		about: 'row 37',
		readings: ['text/calendar', 'application/octet-stream'],
		harsh: 'application/octet-stream',
	},
	billingPortal: { about: 'row 41', readings: ['url', 'portal_url'], harsh: 'portal_url' },
	subscription: {
		about: 'row 42',
		readings: ['both', 'newest', 'older'],
		harsh: 'newest',
	},
	statistics: { about: 'row 43', readings: ['there', 'gone'], harsh: 'gone' },
	amounts: { about: 'row 44', readings: ['numbers', 'texts'], harsh: 'texts' },
	planNames: {
		about: 'row 45',
		readings: ['starter, pro, power, business', 'trial, personal, business'],
	},
	channelNames: {
		about: 'row 51',
		readings: ['connectable ones', 'all'],
		vendor: 'all',
		harsh: 'all',
	},
	times: {
		about: 'U15',
		readings: ['Z', 'other offset', 'no offset', 'seconds', 'milliseconds'],
		harsh: 'no offset',
	},
	precision: {
		about: 'U15',
		readings: ['seconds', 'minutes', 'milliseconds', 'microseconds'],
		harsh: 'minutes',
	},
	actionAnswers: { about: 'U7', readings: ['the thing', 'success only'], harsh: 'success only' },
	inboxConversation: {
		about: 'U24',
		readings: ['named', 'left out'],
		harsh: 'left out',
	},

	// Errors.
	errorShape: {
		about: 'section 7, row 48',
		readings: ['newest', 'older', 'code as text', 'detail', 'text', 'page'],
		vendor: 'older',
		harsh: 'detail',
	},
	quotaError: {
		about: 'section 7, row 48',
		readings: ['as the others', 'minutes'],
		vendor: 'minutes',
		harsh: 'minutes',
	},
	errorStatus: { about: 'section 7', readings: ['own', '200'], seldom: true },

	// What happens as time goes by.
	callTime: { about: 'section 4', readings: ['none', 'minutes'], harsh: 'minutes' },
	callAnswer: { about: 'section 4', readings: ['the outcome', 'at once'], harsh: 'at once' },
	callEnds: {
		about: 'row 35',
		readings: ['six', 'terminated as well'],
		vendor: 'terminated as well',
		harsh: 'terminated as well',
	},
	openCalls: {
		about: 'row 35, U13',
		readings: ['scheduled and in_progress', 'queued', 'pending'],
		harsh: 'queued',
	},
	goalStates: { about: 'row 46', readings: ['five', 'needs_input and in_progress as well'] },
	goals: { about: 'row 46', readings: ['stand still', 'go on'], harsh: 'go on' },
	outreachStates: {
		about: 'row 47',
		readings: ['five', 'awaiting as well'],
		harsh: 'awaiting as well',
	},
	transcripts: { about: 'section 4', readings: ['at once', 'late'], harsh: 'late' },
	recordings: {
		about: 'U12',
		readings: ['last', 'expire', 'redirect', 'need the token'],
		harsh: 'redirect',
	},
	reading: { about: 'U21', readings: ['changes nothing', 'marks as read'], harsh: 'marks as read' },
	unreadFalse: { about: 'U22', readings: ['all', 'read ones'], harsh: 'read ones' },
} as const satisfies Record<string, Switch>;

type Switches = typeof switches;
export type SwitchName = keyof Switches;

/** One reading for every switch: how the service is in a world. */
export type Readings = { [Name in SwitchName]: Switches[Name]['readings'][number] };

/** Every switch by its name. */
export const SWITCHES: Record<SwitchName, Switch> = switches;
const NAMES = Object.keys(switches) as SwitchName[];

/** Rows and questions of docs/api.md without a switch, and why. */
export const WITHOUT_SWITCH: Record<string, string> = {
	'row 17': 'the mistake of one client',
	'row 26': 'where a client listens',
	'row 27': 'the command that is missing from one client',
	'row 28': 'never sent',
	'row 29': 'bodies that nobody knows',
	'row 49': 'an address of the web site',
	U8: 'values that nobody knows',
	U11: 'never sent',
};

/** Worlds that can be named; a random one is named `random:` and its seed. */
const NAMED = ['kind', 'vendor', 'harsh'] as const;
const RANDOM = /^random:(.{1,100})$/;

/** Numbers from 0 to 1 that follow from a text alone (FNV-1a, then mulberry32). */
function numbersFrom(seed: string): () => number {
	let state = 0x811c9dc5;
	for (const character of seed) state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193);
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

function randomReadings(seed: string): (described: Switch) => string {
	const next = numbersFrom(seed);
	return ({ readings: [first, ...others], seldom }) => {
		const [isOther, which] = [next() < (seldom ? 0.05 : 0.5), next()];
		return isOther ? (others[Math.floor(which * others.length)] as string) : first;
	};
}

/** The readings of the world with this name, or undefined where there is none. The same name brings the same ones. */
export function worldNamed(name: string): Readings | undefined {
	const seed = RANDOM.exec(name)?.[1];
	const isNamed = NAMED.some((known) => known === name);
	if (seed === undefined && !isNamed) return undefined;
	const choose =
		seed === undefined
			? (described: Switch) => described[name as 'vendor'] ?? described.readings[0]
			: randomReadings(seed);
	return Object.fromEntries(NAMES.map((each) => [each, choose(SWITCHES[each])])) as Readings;
}

/** What a person may write where a world is asked for. */
export const WORLD_NAMES = `${NAMED.join(', ')} or random: and any seed`;
