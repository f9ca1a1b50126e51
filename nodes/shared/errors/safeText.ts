const TOKEN_LIKE =
	/(bearer\s+)[^\s"',;]+|\b(?:access|refresh)_token["']?\s*[:=]\s*["']?[^\s"',;&]+/gi;

/** Text of the API made safe to show: no tokens, no control characters, no overlength. Markup stays: see `withoutMarkup`. */
export function safeText(text: string): string {
	return text
		.slice(0, 2000)
		.replace(TOKEN_LIKE, (_match, bearer: string | undefined) => (bearer ? `${bearer}***` : '***'))
		.replace(/\p{Cc}+/gu, ' ')
		.trim()
		.slice(0, 500);
}

/** A text for places where n8n's editor renders HTML; texts in the JSON of items stay plain. */
export function withoutMarkup(text: string): string {
	return text.replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Longest part of an ID that is shown; the IDs of the API have 36 characters. */
const ID_SHOWN = 64;

/** An ID that a server has made, safe to show among others. */
export function safeId(id: string): string {
	return safeText(id.slice(0, ID_SHOWN));
}
