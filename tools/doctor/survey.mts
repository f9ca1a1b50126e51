import type { Answer, Client, Request } from './client.mts';
import type { ApiDocument, Endpoint } from './document.mts';
import { idOf, isForbidden, isRefused, rowsOf } from './reading.mts';

/** What is read without an ID, although the document has it as a GET: never, and why. */
const LEFT_OUT: Record<string, string> = {
	'auth.authorize': 'opens a page',
	'auth.cli': 'signs in',
	'contactEmail.verify': 'uses up a link',
	'emailAccount.connectGmail': 'starts to connect a mailbox',
	'emailAccount.connectOutlook': 'starts to connect a mailbox',
	'referral.getCode': 'creates a code on first use',
	'referral.validate': 'needs a code',
};

/** Which list has the IDs that a name in a path stands for; `row` says which of them will do. */
const ID_FROM: Record<
	string,
	{ list: string; kind: string; id?: string; row?: (row: any) => boolean }
> = {
	goal_id: { list: 'goal.getAll', kind: 'goal' },
	task_id: { list: 'outreach.getAll', kind: 'task' },
	rule_id: { list: 'inboundRule.getAll', kind: 'rule' },
	voicemail_id: { list: 'voicemail.getAll', kind: 'voicemail' },
	contact_id: { list: 'inboundContact.getAll', kind: 'contact' },
	phone_number_id: { list: 'phoneNumber.getAll', kind: 'phone_number' },
	email_id: { list: 'email.getOutbox', kind: 'email' },
	// Reading one that is new may mark it as read.
	conversation_id: {
		list: 'message.getAll',
		kind: 'conversation',
		id: 'conversation_id',
		row: ({ unread }) => unread === false,
	},
};
const OVERRIDES: Record<string, (typeof ID_FROM)[string]> = {
	'message.get': { list: 'message.getAll', kind: 'message', row: ({ unread }) => unread === false },
	'email.get': { list: 'email.getAll', kind: 'message' },
};
const QUERIES: Record<string, Record<string, string>> = {
	'phoneNumber.searchAvailable': { country: 'US' },
};
/** Rows that are tried for one that has what is asked for, such as a transcript. */
const TRIES = 3;

export interface Asked {
	params?: Record<string, string>;
	query?: Record<string, string | number>;
}

/** Everything that was read, each address once. */
export class Survey {
	readonly client: Client;
	readonly document: ApiDocument;
	/** Tells the person what goes on. */
	readonly say: (line: string) => void;
	/** What was answered to each operation, and why others were not asked. */
	readonly answers = new Map<string, Answer[]>();
	readonly skipped = new Map<string, string>();
	private readonly cache = new Map<string, Answer>();

	constructor(client: Client, document: ApiDocument, say: (line: string) => void) {
		this.say = say;
		this.client = client;
		this.document = document;
	}

	/** Sends a GET of the document, or tells again what came of it before. */
	async get(id: string, { params, query }: Asked = {}): Promise<Answer> {
		const { path, isPublic } = this.document.get(id);
		const key = JSON.stringify([id, params, query]);
		const known = this.cache.get(key);
		if (known) return known;
		const answer = await this.client.send({ method: 'GET', path, params, query, isPublic });
		this.cache.set(key, answer);
		return answer;
	}

	/** As `get`, but asks again what was asked before. */
	async again(id: string, asked: Asked = {}): Promise<Answer> {
		this.cache.delete(JSON.stringify([id, asked.params, asked.query]));
		return await this.get(id, asked);
	}

	/** Sends something that is no GET of the document. */
	async send(request: Request, mayBeTooMuch = false): Promise<Answer> {
		return await this.client.send(request, mayBeTooMuch);
	}

	/** Rows of a list; undefined where it was refused. */
	async rows(id: string, asked: Asked = {}): Promise<any[] | undefined> {
		const answer = await this.get(id, asked);
		return isRefused(answer) ? undefined : rowsOf(answer, this.document.get(id).rows);
	}

	/** Reads every GET of the document: those without an ID, then those whose IDs turned up. */
	async readAll(progress: (endpoint: Endpoint, answer: Answer) => void): Promise<void> {
		const gets = this.document.endpoints.filter(({ method }) => method === 'GET');
		const [withId, plain] = [
			gets.filter(({ parameters }) => parameters.length > 0),
			gets.filter(({ parameters }) => parameters.length === 0),
		];
		for (const endpoint of [...plain, ...withId]) {
			const reason = LEFT_OUT[endpoint.id];
			if (reason) {
				this.skipped.set(endpoint.id, reason);
				continue;
			}
			const sets = endpoint.parameters.length > 0 ? await this.idsFor(endpoint) : [undefined];
			if (sets.length === 0) this.skipped.set(endpoint.id, 'no ID turned up');
			for (const params of sets) {
				const query = QUERIES[endpoint.id];
				const answer = await this.get(endpoint.id, {
					...(params && { params }),
					...(query && { query }),
				});
				this.answers.set(endpoint.id, [...(this.answers.get(endpoint.id) ?? []), answer]);
				progress(endpoint, answer);
				if (!isRefused(answer) || isForbidden(answer)) break;
			}
		}
	}

	/** Parameters with which an operation on one thing can be tried. */
	private async idsFor({ id, domain, parameters }: Endpoint): Promise<Record<string, string>[]> {
		const [name] = parameters as [string];
		const source =
			OVERRIDES[id] ??
			(name === 'call_id'
				? { list: `${domain === 'inboundCall' ? 'inboundCall' : 'call'}.getAll`, kind: 'call' }
				: ID_FROM[name]);
		if (!source) return [];
		const { list, kind, id: field, row = () => true } = source;
		const rows = ((await this.rows(list)) ?? []).filter(row);
		// One that came to something is likelier to have a transcript and a recording.
		const best = rows.toSorted(
			(a, b) =>
				Number(/success|completed/.test(b.status)) - Number(/success|completed/.test(a.status)),
		);
		return best
			.map((each) => (field ? each[field] : idOf(each, kind)))
			.filter((each) => each !== undefined && each !== null && each !== '')
			.slice(0, TRIES)
			.map((each) => ({ [name]: String(each) }));
	}
}
