import { readExample } from '../../tools/examples.mts';
import { type Column, DataTable, type Row } from '../../tools/n8n/dataTables.mts';
import type { N8nClient } from '../../tools/n8n/client.mts';

/** The tables of campaigns, by the names behind "kallyai". */
export type CampaignTable = 'campaigns' | 'campaign leads' | 'lines' | 'do not call';

/** A table of campaigns with the columns that the control workflow gives it, and with these rows only. */
export async function fillTable(
	client: N8nClient,
	name: CampaignTable,
	rows: Row[],
): Promise<DataTable> {
	const { nodes } = await readExample('campaign-control');
	const tableName = `kallyai ${name}`;
	const maker = nodes.find(({ parameters }) => parameters.tableName === tableName);
	const { column } = maker?.parameters.columns as { column: Column[] };
	const table = await DataTable.named(client, tableName, column);
	await table.clear();
	if (rows.length > 0) await table.insert(rows);
	return table;
}
