import type { ServerResponse } from 'node:http';

import type { IDataObject, INode } from 'n8n-workflow';

import type { RecordedNode } from '../support/builtNode.mts';
import { triggerNode } from '../support/engine.mts';
import type { Recorded } from '../support/recorder.mts';

export const MINUTE = 60_000;
export const START = Date.UTC(2026, 2, 1, 8);

/** A time as KallyAI's samples spell it. */
export const iso = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

/** A row, and from when on it is in its list. */
export type Row = IDataObject;

type Query = Record<string, string>;
type Route = (query: Query, response: ServerResponse, request: Recorded) => unknown;

/** An answer with a status. */
export function refused(response: ServerResponse, status: number, body: unknown = {}): undefined {
	response.statusCode = status;
	response.setHeader('content-type', 'application/json');
	response.end(status === 204 ? undefined : JSON.stringify(body));
	return undefined;
}

/** The rows of a page, as most servers cut them. */
export function page(rows: Row[], { limit, offset = '0' }: Query, most = 1e9): Row[] {
	const size = Math.min(Number(limit ?? 20), most);
	return rows.slice(Number(offset), Number(offset) + size);
}

export interface Polled {
	events: IDataObject[];
	items: Array<{ json: IDataObject; binary?: Record<string, IDataObject> }>;
	error?: Error & { description?: string };
	requests: Recorded[];
}

/** n8n polling the trigger once a minute, against a server that answers as a test says. */
export class PollingHost {
	now = START;

	/** Whether answers carry the server's clock. */
	hasClock = true;

	readonly routes: Record<string, Route> = {};

	/** The node's static data. */
	data: IDataObject = {};

	parameters: IDataObject;

	credential = 'kallyAiOAuth2Api';

	private readonly built: RecordedNode;

	constructor(built: RecordedNode, event: string | string[], parameters: IDataObject = {}) {
		this.built = built;
		this.parameters = {
			authentication: 'oAuth2',
			event: [event].flat(),
			options: {},
			...parameters,
		};
		built.recorder.answer((request, response) => {
			if (this.hasClock) response.setHeader('date', new Date(this.now).toUTCString());
			else response.sendDate = false;
			const route = this.routes[request.path];
			return route ? route(request.query, response, request) : refused(response, 404);
		});
	}

	private node(): INode {
		const { credential } = this;
		return {
			...triggerNode(this.parameters as INode['parameters']),
			credentials: { kallyAiOAuth2Api: { id: credential, name: 'kallyAiOAuth2Api' } },
		};
	}

	/** Lets a minute pass and polls. */
	async poll(mode?: 'manual'): Promise<Polled> {
		this.now += MINUTE;
		const { engine, recorder } = this.built;
		recorder.requests.length = 0;
		let items: Polled['items'] = [];
		let error: Error | undefined;
		try {
			const output = (await engine.poll(this.node(), this.data, mode)) as Array<
				Polled['items']
			> | null;
			items = output?.[0] ?? [];
		} catch (thrown) {
			error = thrown as Error;
		}
		this.data = JSON.parse(JSON.stringify(this.data)) as IDataObject;
		return {
			events: items.map(({ json }) => json),
			items,
			requests: [...recorder.requests],
			...(error ? { error } : {}),
		};
	}

	/** Polls some times; gives all events, and the messages of the polls that failed. */
	async polls(count: number): Promise<{ events: IDataObject[]; errors: string[] }> {
		const events: IDataObject[] = [];
		const errors: string[] = [];
		for (let index = 0; index < count; index++) {
			const polled = await this.poll();
			events.push(...polled.events);
			if (polled.error) errors.push(polled.error.message);
		}
		return { events, errors };
	}
}

/** A trigger for low credits after its first look at a balance of 100, and that balance, to be changed. */
export async function watchedBalance(
	built: ConstructorParameters<typeof PollingHost>[0],
): Promise<{ host: PollingHost; balance: Row }> {
	const host = new PollingHost(built, 'creditsLow');
	const balance: Row = { credits_remaining: 100, period_end: iso(START) };
	host.routes['/v1/credits/balance'] = () => balance;
	await host.poll();
	return { host, balance };
}
