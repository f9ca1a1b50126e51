/** Titles, as the editor shows them, of the options of the KallyAI node that its messages name. */
export const OPTION_TITLES = {
	allowedRecipients: 'Allowed Recipients',
	callingHours: 'Contact Hours',
	concurrency: 'Concurrency',
	creditsWarning: 'Warn Below Credits',
	idempotencyKey: 'Do Only Once (Key)',
	maxCharacters: 'Max Characters for AI Agents',
	maxCreditsPerCall: 'Max Credits per Item',
	maxDownloadSize: 'Max Download Size (MB)',
	maxPerExecution: 'Max per Execution',
	maxResponseSize: 'Max Response Size (MB)',
	minutesBetween: 'Minutes Between Contacts',
	sendWithin: 'Send Within (Seconds)',
	timeout: 'Timeout (Seconds)',
} as const;
