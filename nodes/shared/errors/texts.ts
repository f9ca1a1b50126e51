import { OPTION_TITLES } from '../optionTitles';

/** What happened, and what the user can do about it. */
export interface ErrorText {
	message: string;
	advice: string;
	/**
	 * Additional advice about the options of the KallyAI node; the trigger and the editor's lists do not have them.
	 */
	inNode?: string;
}

const CHECK_INPUT = 'Check the values of the node, then run it again.';
const OTHER_NUMBER = 'Use another number.';
const SUPPORTED_COUNTRY = 'Use a number in a country that KallyAI serves for your account.';
const TRY_LATER = 'Try again later.';
const LOOK_FIRST = 'Check whether it already went through before retrying.';
const RECONNECT = 'Open the credential, connect the account again and run the workflow once more.';

/** Texts for the API's own codes (docs/api.md, section 7). */
export const CODE_TEXTS: Record<string, ErrorText> = {
	missing_token: {
		message: 'KallyAI received the request without credentials',
		advice: 'Open the credential and connect the account.',
	},
	token_expired: {
		message: 'The sign-in to KallyAI has expired and could not be renewed',
		advice: RECONNECT,
	},
	quota_exceeded: {
		message: 'The KallyAI account has no credits left',
		advice:
			'Buy credits or upgrade the plan (https://kallyai.com/pricing), then run the remaining items.',
	},
	budget_exceeded: {
		message: 'The goal exceeds its budget',
		advice: "Approve a higher budget with 'Budget: Approve', or cancel the goal.",
	},
	budget_approval_required: {
		message: 'The estimated cost of the goal must be approved first',
		advice: "Approve it with 'Budget: Approve'.",
	},
	soft_cap_reached: {
		message: 'The goal has reached its soft spending cap',
		advice: "Let it continue with 'Budget: Acknowledge Soft Cap'.",
	},
	missing_phone_number: {
		message: 'There is no usable phone number to call',
		advice: 'Give the number in E.164 format: plus sign, country code and number.',
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
		advice: 'Remove the number from your list. It must not be called.',
	},
	safety_violation: {
		message: 'The text violates the content rules of KallyAI',
		advice: 'Rephrase the task.',
	},
	scheduling_violation: {
		message: 'The date or time cannot be used',
		advice: 'Choose a date and time in the future that are open for appointments.',
	},
	consent_denied: {
		message: 'The account owner has not given the consent this requires',
		advice: 'Give the consent in the KallyAI app.',
	},
	country_restriction: {
		message: 'Your account cannot call numbers in this country',
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
		message: 'No email account is connected to KallyAI',
		advice: 'Connect Gmail or Outlook first.',
	},
	phone_not_provisioned: {
		message: 'The KallyAI account has no phone number yet',
		advice: 'Provision a phone number first.',
	},
	email_send_failed: {
		message: 'The email could not be delivered',
		advice: 'Check the outbox before sending it again: it may have been sent.',
	},
	calendar_sync_failed: {
		message: 'The calendar provider did not respond to the sync',
		advice: TRY_LATER,
	},
	search_failed: {
		message: 'The search provider returned no results',
		advice: TRY_LATER,
	},
	goal_not_found: {
		message: 'There is no goal with this ID',
		advice: 'Choose the goal from the list, or check its ID.',
	},
	goal_already_completed: {
		message: 'The goal is already completed',
		advice: 'There is nothing left to do for it.',
	},
	goal_already_cancelled: {
		message: 'The goal is already cancelled',
		advice: 'There is nothing left to do for it.',
	},
	action_not_undoable: {
		message: 'This action cannot be undone',
		advice: "Check 'undoable' in the action log first.",
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
		advice: 'It may be available later: wait and try again. A call that nobody answered has none.',
	},
	recording_not_found: {
		message: 'There is no recording of this call',
		advice: 'It may be available later: wait and try again. A call that nobody answered has none.',
	},
	rate_limited: {
		message: 'KallyAI received too many requests',
		advice: 'Wait a while before sending more.',
		inNode: `Lowering '${OPTION_TITLES.concurrency}' in the options helps.`,
	},
	trial_requires_checkout: {
		message: 'A trial account must complete the checkout first',
		advice: 'Subscribe in the KallyAI app.',
	},
	pending_change_exists: {
		message: 'A plan change is already scheduled',
		advice: "Cancel it first with 'Subscription: Cancel Change'.",
	},
	no_active_subscription: {
		message: 'There is no subscription to change',
		advice: 'Subscribe in the KallyAI app first.',
	},
};

/** Texts by HTTP status, for responses whose code is missing or unknown. */
export const STATUS_TEXTS: Record<number, ErrorText> = {
	400: { message: 'KallyAI could not process the request', advice: CHECK_INPUT },
	401: { message: 'KallyAI did not accept the sign-in', advice: RECONNECT },
	402: {
		message: 'KallyAI requires payment',
		advice: 'Add credits, or approve the budget of the goal.',
	},
	403: {
		message: 'KallyAI does not allow this',
		advice: 'Check the scopes of the credential, and the number that is called.',
	},
	404: { message: 'KallyAI does not know this record', advice: 'Check the ID.' },
	409: {
		message: 'This conflicts with the current status of the record',
		advice: 'Get the record again and check its status. An address may already be registered.',
	},
	413: {
		message: 'The request is too large for KallyAI',
		advice: 'Send less text in one request.',
	},
	422: { message: 'KallyAI refused a value', advice: CHECK_INPUT },
	429: CODE_TEXTS.rate_limited,
	500: { message: 'KallyAI had an internal error', advice: LOOK_FIRST },
	502: { message: 'KallyAI could not be reached by its gateway', advice: LOOK_FIRST },
	503: { message: 'KallyAI is temporarily unavailable', advice: TRY_LATER },
	504: {
		message: 'KallyAI did not respond to its gateway in time',
		advice: LOOK_FIRST,
	},
};

/** Text for a code of the API, which may be any text, or else for the status. */
export function textOf(code: string, status = 0): ErrorText {
	if (Object.hasOwn(CODE_TEXTS, code)) return CODE_TEXTS[code];
	if (Object.hasOwn(STATUS_TEXTS, status)) return STATUS_TEXTS[status];
	return {
		message: `KallyAI responded with HTTP status ${status}`,
		advice: status >= 500 ? TRY_LATER : CHECK_INPUT,
	};
}

/** Text for an error that is a web page: KallyAI's API responds with JSON only. */
export function pageText(title: string | undefined, status: number): ErrorText {
	return {
		message: `Something in front of KallyAI refused the request with a web page (HTTP status ${status})${title ? `: ${title}` : ''}`,
		advice:
			"This is not a response of the API, so neither the credential nor the values are the cause. A bot protection, a firewall or a proxy that requires a login blocks the request: open the address of 'Base URL' from the network of the n8n host, have that host allowed there, or try again later.",
	};
}

/** Text for a path that does not exist because the base URL already contains the version. */
export const VERSION_TWICE: ErrorText = {
	message: 'KallyAI does not know this address',
	advice:
		"'Base URL' in the credential ends with a version such as /v1, which every path already starts with: remove it.",
};

/** Text for a 404 response to a request without a record. */
export const NO_SUCH_ENDPOINT: ErrorText = {
	message: 'KallyAI does not have this endpoint',
	advice:
		"The values of the node are not the cause: the operation is in KallyAI's published documents, but not in the service that responded. Check 'Base URL' in the credential.",
};

/** Text for a sign-in that could not be renewed with the tokens of the credential. */
export const SIGN_IN_ENDED: ErrorText = {
	message: 'The sign-in to KallyAI has ended: its refresh token is no longer accepted',
	advice:
		'Copy a new access token and a new refresh token from the KallyAI app (Settings, Developer, API Tokens) into the credential.',
};

/** Text for an error from the host of a file, which is not the API. */
export function fileHostText(host: string, status: number): ErrorText {
	return {
		message: `The host of the file, ${host}, responded with HTTP status ${status}`,
		advice:
			'The link may have expired: run the item again to get a new one. The scopes of the credential are not the cause.',
	};
}
