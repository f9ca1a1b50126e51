import { type CampaignTable, campaignTable } from '../../tools/campaignTables.mts';
import type { N8nClient } from '../../tools/n8n/client.mts';
import type { DataTable, Row } from '../../tools/n8n/dataTables.mts';

/** A table of campaigns with these rows only. */
export async function fillTable(
	client: N8nClient,
	name: CampaignTable,
	rows: Row[] = [],
): Promise<DataTable> {
	const table = await campaignTable(client, name);
	await table.clear();
	if (rows.length > 0) await table.insert(rows);
	return table;
}
