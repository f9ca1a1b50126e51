/** One request as the control API shows it. */
export interface LoggedRequest {
	method: string;
	path: string;
	query: Record<string, unknown>;
	body: unknown;
	headers: Record<string, unknown>;
	/** `null` as long as there is no answer, and for ever when the connection was cut before one. */
	status: number | null;
	dropped?: 'before' | 'within' | 'after';
}

const KEPT = 20_000;
const SECRET_FIELDS = new Set(['client_secret', 'refresh_token', 'access_token', 'code']);

function withoutSecrets(body: unknown): unknown {
	if (typeof body !== 'object' || body === null) return body;
	return Object.fromEntries(
		Object.entries(body).map(([name, value]) => [name, SECRET_FIELDS.has(name) ? '***' : value]),
	);
}

/** What came in, in the order it came. The oldest half goes when there is too much. */
export class RequestLog {
	private entries: LoggedRequest[] = [];

	/** Notes a request whose body is yet to be read. */
	open(
		method: string,
		path: string,
		query: unknown,
		headers: Record<string, unknown>,
	): LoggedRequest {
		const { authorization } = headers;
		const entry: LoggedRequest = {
			method,
			path,
			query: { ...(query as object) },
			body: null,
			headers: {
				...headers,
				...(typeof authorization === 'string' && {
					authorization: `${authorization.split(' ')[0]} ***`,
				}),
			},
			status: null,
		};
		this.entries.push(entry);
		if (this.entries.length > KEPT) this.entries = this.entries.slice(KEPT / 2);
		return entry;
	}

	/** Adds the body; that of a sign-in without its secrets. `route` is the endpoint as the document spells it. */
	setBody(entry: LoggedRequest, body: unknown, route = ''): void {
		entry.body = (route.startsWith('/v1/auth/') ? withoutSecrets(body) : body) ?? null;
	}

	all(): LoggedRequest[] {
		return this.entries;
	}

	clear(): void {
		this.entries = [];
	}
}
