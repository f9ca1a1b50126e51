const TOKEN_LIKE =
	/(bearer\s+)[^\s"',;]+|\b(?:access|refresh)_token["']?\s*[:=]\s*["']?[^\s"',;&]+/gi;

/**
 * A text of the API made safe to show: without tokens and control characters, and shortened. Markup stays: see
 * `withoutMarkup`.
 */
export function safeText(text: string): string {
	return text
		.slice(0, 2000)
		.replace(TOKEN_LIKE, (_match, bearer: string | undefined) => (bearer ? `${bearer}***` : '***'))
		.replace(/\p{Cc}+/gu, ' ')
		.trim()
		.slice(0, 500);
}

/** A text for places where n8n's editor renders HTML; texts in the JSON of items remain unchanged. */
export function withoutMarkup(text: string): string {
	return text.replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Maximum length of an ID that is shown; the API's IDs have 36 characters. */
const ID_SHOWN = 64;

/** An ID from a server, made safe to show in a list. */
export function safeId(id: string): string {
	return safeText(id.slice(0, ID_SHOWN));
}
