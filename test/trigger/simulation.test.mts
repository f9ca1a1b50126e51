import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { poll } from '../../nodes/KallyAiTrigger/engine/poll';

const MINUTE = 60_000;

interface Made extends IDataObject {
	id: string;
	created_at: string;
}

/** An account whose list is polled every minute; what a poll without events wrote is lost, as in n8n. */
class Account {
	now = Date.UTC(2026, 1, 1);
	requests = 0;
	readonly rows: Made[] = [];
	readonly data: IDataObject = {};
	private saved = '';

	private readonly event: string;
	private readonly order: 'newest' | 'oldest' | 'random';

	constructor(event: string, order: 'newest' | 'oldest' | 'random') {
		this.event = event;
		this.order = order;
	}

	add(count: number, time = this.now): void {
		for (let index = 0; index < count; index++) {
			const id = `row-${this.rows.length}`;
			this.rows.push({ id, created_at: new Date(time).toISOString() });
		}
	}

	async poll(): Promise<string[]> {
		this.now += MINUTE;
		this.requests = 0;
		const output = await poll(this.context());
		if (output || this.saved === '') this.saved = JSON.stringify(this.data);
		else Object.assign(this.data, JSON.parse(this.saved));
		return (output?.[0] ?? []).map(({ json }) => String(json.id));
	}

	private answer({ limit = Infinity, offset = 0 }: { limit?: number; offset?: number }) {
		this.requests++;
		const calls = this.rows.toSorted((a, b) => a.created_at.localeCompare(b.created_at));
		if (this.order === 'newest') calls.reverse();
		if (this.order === 'random') calls.sort((a, b) => a.id.localeCompare(b.id));
		return { calls: calls.slice(offset, offset + limit), total: calls.length };
	}

	private context(): IPollFunctions {
		const parameters: IDataObject = { authentication: 'token', event: [this.event], options: {} };
		return {
			getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
			getMode: () => 'trigger',
			getWorkflowStaticData: () => this.data,
			getCredentials: async () => ({ baseUrl: 'http://127.0.0.1' }),
			logger: { warn() {} },
			helpers: {
				httpRequestWithAuthentication: async (_: string, { qs }: { qs: object }) => ({
					statusCode: 200,
					headers: { date: new Date(this.now).toUTCString() },
					body: this.answer(qs),
				}),
			},
		} as unknown as IPollFunctions;
	}
}

test.each([
	['inboundCall', 'newest', 3, 1],
	['inboundCall', 'oldest', 3, 2],
	['inboundCall', 'newest', 1000, undefined],
	['inboundCall', 'oldest', 1000, undefined],
	['voicemail', 'random', 3, 1],
	['message', 'newest', 300, undefined],
] as const)(
	'%s, %s first, bursts of %d: none lost, none repeated',
	async (event, order, burst, quiet) => {
		const account = new Account(event, order);
		for (let age = 400; age > 0; age--) account.add(1, account.now - age * MINUTE);
		expect(await account.poll()).toEqual([]);
		const before = account.rows.length;
		const given: string[] = [];
		for (let round = 0; round < 3; round++) {
			account.add(burst);
			account.add(1, account.now - 9 * MINUTE);
			given.push(...(await account.poll()));
		}
		for (let batch = await account.poll(); batch.length > 0; batch = await account.poll()) {
			expect(batch.length).toBeLessThanOrEqual(50);
			given.push(...batch);
		}
		expect(given.toSorted()).toEqual(
			account.rows
				.slice(before)
				.map(({ id }) => id)
				.toSorted(),
		);
		if (quiet !== undefined) expect(account.requests).toBe(quiet);
	},
);
