function escape(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(title: string, content: string): string {
	return [
		'<!doctype html>',
		'<html lang="en">',
		`<head><meta charset="utf-8"><title>${escape(title)}</title>`,
		'<style>body{font:16px system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1.5rem}</style>',
		`</head><body><h1>${escape(title)}</h1>${content}</body></html>`,
	].join('\n');
}

/** The page with the Allow button; the parameters of the request travel in hidden fields. */
export function consentPage(parameters: Record<string, string>): string {
	const hidden = Object.entries(parameters)
		.map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
		.join('');
	return page(
		'KallyAI sandbox',
		`<p><b>${escape(parameters['client_id'] ?? '')}</b> asks for access to the sandbox account. Nothing here is real.</p>
<form method="post" action="/v1/auth/authorize">${hidden}
<button type="submit" name="approve" value="1">Allow</button>
<button type="submit" name="approve" value="0">Deny</button></form>`,
	);
}

/** A page with nothing to do on it. */
export function noticePage(title: string, text: string): string {
	return page(title, `<p>${escape(text)}</p>`);
}

/** A page that says why the browser was not sent on. */
export function refusalPage(reason: string): string {
	return noticePage('This sign-in cannot go on', reason);
}
