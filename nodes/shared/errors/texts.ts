/** What happened, and what the user can do about it. */
export interface ErrorText {
	message: string;
	advice: string;
	/** What the KallyAI node's options can do besides; the trigger and the editor's lists have none of them. */
	inNode?: string;
}

const CHECK_INPUT = 'Check the values of the node, then run it again.';
const OTHER_NUMBER = 'Use another number.';
const SUPPORTED_COUNTRY = 'Use a number in a country that KallyAI serves for your account.';
const TRY_LATER = 'Try again later.';
const LOOK_FIRST = 'Look whether the work was done before you run it again.';
const RECONNECT = 'Open the credential, connect the account again and run the workflow once more.';

/** Texts for the API's own codes ((docs/api.md, section 7)). */
export const CODE_TEXTS: Record<string, ErrorText> = {
	missing_token: {
		message: 'KallyAI received the request without a sign-in',
		advice: 'Open the credential and connect the account.',
	},
	token_expired: {
		message: 'The sign-in to KallyAI has expired and could not be renewed',
		advice: RECONNECT,
	},
	quota_exceeded: {
		message: 'The KallyAI account has no credits left',
		advice:
			'Buy credits or move to a bigger plan (https://kallyai.com/pricing), then run the remaining items.',
	},
	budget_exceeded: {
		message: 'The goal costs more than its budget',
		advice: "Approve a higher budget with 'Budget: Approve', or cancel the goal.",
	},
	budget_approval_required: {
		message: 'The estimated cost of the goal has to be approved first',
		advice: "Approve it with 'Budget: Approve'.",
	},
	soft_cap_reached: {
		message: 'The goal has reached its soft spending cap',
		advice: "Let it go on with 'Budget: Acknowledge Soft Cap'.",
	},
	missing_phone_number: {
		message: 'There is no usable phone number to call',
		advice: 'Give the number in E.164 form: plus sign, country code and number.',
	},
	emergency_number: {
		message: 'KallyAI never calls emergency numbers',
		advice: OTHER_NUMBER,
	},
	toll_number: {
		message: 'KallyAI never calls premium-rate numbers',
		advice: OTHER_NUMBER,
	},
	blocked_number: {
		message: 'The number is blocked because it is known for fraud',
		advice: OTHER_NUMBER,
	},
	suppression_violation: {
		message: 'The number is on a do-not-call list',
		advice: 'Take the number off your list; it must not be called.',
	},
	safety_violation: {
		message: 'The text goes against the content rules of KallyAI',
		advice: 'Word the task differently.',
	},
	scheduling_violation: {
		message: 'The date or time cannot be used',
		advice: 'Choose a date and time that lie ahead and are open for appointments.',
	},
	consent_denied: {
		message: 'The account owner has not given the consent that this needs',
		advice: 'Give the consent in the KallyAI app.',
	},
	country_restriction: {
		message: 'Numbers in this country are closed to your account',
		advice: SUPPORTED_COUNTRY,
	},
	unsupported_country: {
		message: 'KallyAI does not serve this country',
		advice: SUPPORTED_COUNTRY,
	},
	unsupported_language: {
		message: 'KallyAI does not speak this language',
		advice: 'Choose English (en) or Spanish (es).',
	},
	email_not_connected: {
		message: 'No mail account is connected to KallyAI',
		advice: 'Connect Gmail or Outlook first.',
	},
	phone_not_provisioned: {
		message: 'The KallyAI account has no phone number yet',
		advice: 'Provision a phone number first.',
	},
	email_send_failed: {
		message: 'The email could not be delivered',
		advice: 'Look into the outbox before you send it again: it may have left.',
	},
	calendar_sync_failed: {
		message: 'The calendar provider did not take part in the sync',
		advice: TRY_LATER,
	},
	search_failed: {
		message: 'The search provider gave no results',
		advice: TRY_LATER,
	},
	goal_not_found: {
		message: 'There is no goal with this ID',
		advice: 'Choose the goal from the list, or check its ID.',
	},
	goal_already_completed: {
		message: 'The goal is completed already',
		advice: 'There is nothing left to do for it.',
	},
	goal_already_cancelled: {
		message: 'The goal was cancelled before',
		advice: 'There is nothing left to do for it.',
	},
	action_not_undoable: {
		message: 'This action cannot be undone',
		advice: "Look at 'undoable' in the action log first.",
	},
	forbidden: {
		message: 'The sign-in lacks the permission (scope) for this',
		advice:
			"Add the scope that is missing to 'Scope' in the credential and connect the account again. KallyAI publishes no scope for inbound calls, phone numbers, channels, outreach, referrals and notifications: ask its support about those.",
	},
	call_not_found: {
		message: 'There is no call with this ID',
		advice: 'Choose the call from the list, or check its ID.',
	},
	transcript_not_found: {
		message: 'There is no transcript of this call',
		advice: 'It may turn up later: wait and ask again. A call that nobody answered has none.',
	},
	recording_not_found: {
		message: 'There is no recording of this call',
		advice: 'It may turn up later: wait and ask again. A call that nobody answered has none.',
	},
	rate_limited: {
		message: 'KallyAI received too many requests',
		advice: 'Wait a while before you send more.',
		inNode: "Lowering 'Concurrency' in the options helps.",
	},
	trial_requires_checkout: {
		message: 'A trial account has to go through the checkout first',
		advice: 'Subscribe in the KallyAI app.',
	},
	pending_change_exists: {
		message: 'A plan change is waiting already',
		advice: "Drop it first with 'Subscription: Cancel Change'.",
	},
	no_active_subscription: {
		message: 'There is no subscription that could be changed',
		advice: 'Subscribe in the KallyAI app first.',
	},
};

/** Texts by HTTP status, for answers whose code is missing or unknown. */
export const STATUS_TEXTS: Record<number, ErrorText> = {
	400: { message: 'KallyAI could not work with the request', advice: CHECK_INPUT },
	401: { message: 'KallyAI did not accept the sign-in', advice: RECONNECT },
	402: {
		message: 'KallyAI asks for payment',
		advice: 'Add credits, or approve the budget of the goal.',
	},
	403: {
		message: 'KallyAI does not allow this',
		advice: 'Check the scopes of the credential, and the number that is called.',
	},
	404: { message: 'KallyAI does not know this record', advice: 'Check the ID.' },
	409: {
		message: 'This does not fit the present state of the record',
		advice: 'Read the record again and decide anew. An address may be registered already.',
	},
	413: { message: 'The request is too large for KallyAI', advice: 'Send less text at once.' },
	422: { message: 'KallyAI refused a value', advice: CHECK_INPUT },
	429: CODE_TEXTS.rate_limited,
	500: { message: 'KallyAI had an internal fault', advice: LOOK_FIRST },
	502: { message: 'KallyAI could not be reached behind its gateway', advice: LOOK_FIRST },
	503: { message: 'KallyAI is not available at the moment', advice: TRY_LATER },
	504: {
		message: 'KallyAI did not answer its gateway in time',
		advice: LOOK_FIRST,
	},
};

/** Text for a code of the API, which may be any text; failing that, for the status. */
export function textOf(code: string, status = 0): ErrorText {
	if (Object.hasOwn(CODE_TEXTS, code)) return CODE_TEXTS[code];
	if (Object.hasOwn(STATUS_TEXTS, status)) return STATUS_TEXTS[status];
	return {
		message: `KallyAI answered with HTTP status ${status}`,
		advice: status >= 500 ? TRY_LATER : CHECK_INPUT,
	};
}

/** Text for a refusal that is a web page: KallyAI's API answers with JSON only. */
export function pageText(title: string | undefined, status: number): ErrorText {
	return {
		message: `Something in front of KallyAI refused the request with a web page (HTTP status ${status})${title ? `: ${title}` : ''}`,
		advice:
			"This is no answer of the API, so neither the credential nor the values are at fault. A bot protection, a firewall or a proxy that wants a login stands between: open the address of 'Base URL' from the network of the n8n host, have that host allowed there, or try again later.",
	};
}

/** Text for a path that does not exist because the base URL has the version in it already. */
export const VERSION_TWICE: ErrorText = {
	message: 'KallyAI does not know this address',
	advice:
		"'Base URL' in the credential ends in a version such as /v1, which every path begins with as well: take it off.",
};

/** Text for a sign-in that could not be renewed with the tokens of the credential. */
export const SIGN_IN_ENDED: ErrorText = {
	message: 'The sign-in to KallyAI has ended: its refresh token is no longer accepted',
	advice:
		'Copy a new access token and a new refresh token from the KallyAI app (Settings, Developer, API Tokens) into the credential.',
};

/** Text for a refusal by the host of a file, which is not the API. */
export function fileHostText(host: string, status: number): ErrorText {
	return {
		message: `The host of the file, ${host}, answered with HTTP status ${status}`,
		advice:
			'The link may have run out: run the item again to get a new one. No scope of the credential has to do with it.',
	};
}
