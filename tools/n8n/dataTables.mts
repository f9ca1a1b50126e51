import type { N8nClient } from './client.mts';

/** n8n gives at most this many rows at once. */
const PAGE = 250;

export type Row = Record<string, unknown>;

/** A column of a data table, as n8n's node and its API name it. */
export interface Column {
	name: string;
	type: string;
}

/** Where n8n's API has the data tables of the user's own project. */
async function tablesOf(client: N8nClient): Promise<string> {
	const { id } = await client.rest<{ id: string }>('GET', '/projects/personal');
	return `/projects/${id}/data-tables`;
}

/** A data table of n8n, as its page in the editor reads and writes it. */
export class DataTable {
	private readonly client: N8nClient;
	private readonly path: string;

	private constructor(client: N8nClient, path: string) {
		this.client = client;
		this.path = path;
	}

	/** The table with this name in the user's own project; undefined where it is not there. */
	static async find(client: N8nClient, name: string): Promise<DataTable | undefined> {
		const tables = await tablesOf(client);
		const filter = encodeURIComponent(JSON.stringify({ name }));
		const { data } = await client.rest<{ data: Array<{ id: string; name: string }> }>(
			'GET',
			`${tables}?filter=${filter}`,
		);
		const found = data.find((one) => one.name === name);
		return found && new DataTable(client, `${tables}/${found.id}`);
	}

	/** The same; made with these columns where it is not there. */
	static async named(client: N8nClient, name: string, columns?: Column[]): Promise<DataTable> {
		const found = await DataTable.find(client, name);
		if (found) return found;
		if (!columns) throw new Error(`There is no data table named "${name}".`);
		const tables = await tablesOf(client);
		const { id } = await client.rest<{ id: string }>('POST', tables, { name, columns });
		return new DataTable(client, `${tables}/${id}`);
	}

	async insert(rows: Row[]): Promise<void> {
		await this.client.rest('POST', `${this.path}/insert`, { data: rows, returnType: 'count' });
	}

	/** Changes the rows in which a column has this value. */
	async update(column: string, value: unknown, data: Row): Promise<void> {
		const filter = {
			type: 'and',
			filters: [{ columnName: column, condition: 'eq', value }],
		};
		await this.client.rest('PATCH', `${this.path}/rows`, { filter, data, returnData: false });
	}

	/** All rows, in the order in which they were put in. */
	async rows(): Promise<Row[]> {
		const rows: Row[] = [];
		for (;;) {
			const query = `take=${PAGE}&skip=${rows.length}&sortBy=id:asc`;
			const { data } = await this.client.rest<{ data: Row[] }>('GET', `${this.path}/rows?${query}`);
			rows.push(...data);
			if (data.length < PAGE) return rows;
		}
	}

	/** Takes all rows out. */
	async clear(): Promise<void> {
		const filter = { type: 'and', filters: [{ columnName: 'id', condition: 'gt', value: 0 }] };
		const query = encodeURIComponent(JSON.stringify(filter));
		await this.client.rest('DELETE', `${this.path}/rows?filter=${query}`);
	}
}
