/**
 * The words of this package: pattern -> what to write instead. textlint-rule-terminology reads them beside its own
 * list of brands and spellings. A pattern is a regular expression that matches whole words in any case; `$1` is its
 * first group.
 */
export const VOCABULARY: Array<[pattern: string, instead: string]> = [
	// Terms of the field, each by one name.
	['r[iau]ngs? (?:a|the|somebody|someone|people|up|out|his|her|their)', 'call'],
	['r[au]ng', 'called'],
	['phone (?:somebody|someone|people)', 'call'],
	['phones? (?:a|the) (?:business|person|number)', 'call'],
	['e-mail(s)?', 'email$1'],
	['movements? of credits', 'credit transactions'],
	['means of payment', 'payment method'],
	['class(?:es)? of (?:an? |the )?emails?', 'category'],
	['lateness', 'late arrival'],
	['(KallyAI|API|server|gateway|host) answer(?:s|ed)? with', '$1 responds with'],
	['(HTTP|JSON|API) answers?', '$1 response'],
	["KallyAI's answers?", "KallyAI's response"],
	['answer (?:body|header|code|status)', 'response'],
	['state of (a|an|the) (call|goal|task|record|item)', 'status of $1 $2'],
	['last known state', 'latest status'],
	['dialled', 'dialed'],
	// Certain or not said.
	['presumably', 'nothing: say what is known'],
	['(?:simply|obviously|of course)', 'nothing'],
	// Plain English.
	['look(?:s|ed)? whether', 'check whether'],
	['for good', 'permanently'],
	['turn(?:s|ed)? up late', 'arrive late'],
	['(?:go|goes|went|going) on with', 'continue with'],
	['let (?:an|the) email (?:leave|go)', 'send the email'],
	['cuts? (?:the|a) callers? off', 'disconnect the caller'],
	['turn(?:s|ed)? away', 'reject'],
	['put (?:it|this|that) right', 'correct it'],
	['does no harm', 'is harmless'],
	['do no harm', 'are harmless'],
	['wants a login', 'requires a login'],
	['gives? (?:up|away) a (?:phone )?number', 'release a number'],
	['items? sent side by side', 'items in parallel'],
	['said twice', 'repeated'],
	['make sure to', 'nothing: name the action'],
	['hint(?:s|ed)? at', 'mention'],
	['rung up', 'called'],
	['tick(?:s|ed)? off', 'mark as done'],
	['in whatever way', 'regardless of how'],
	['second belt', 'second safeguard'],
];

/** Patterns of the rule's own list that go against names and files here. */
export const UNUSED_TERMS = [
	"API['’]?s",
	'readme(s)?',
	'e2e',
	'Linux',
	'lint(?:er|ing)?[ -]?rule(s)?',
	'user[- ]name(s)?',
	'file[- ]name(s)?',
	'web[- ]?site(s)?',
	'(?<=(?:\\w+[^.?!])? )base64\\b',
];
