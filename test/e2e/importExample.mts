import type { Stage } from '../../tools/e2e/stage.mts';
import { readExample, withCredential } from '../../tools/examples.mts';
import { EVERY_FIVE_SECONDS } from './triggerScenarios.mts';

/**
 * Puts an example into n8n as a user would: with a credential, and with values of one's own in "Settings".
 *
 * @param cron when its schedules fire, where that is not as in the example
 */
export async function importExample(
	stage: Stage,
	file: string,
	settings: Record<string, unknown> = {},
	cron?: string,
): Promise<string> {
	const example = withCredential(await readExample(file), stage.credentials.oAuth2);
	for (const { name, parameters, type } of example.nodes) {
		if ('pollTimes' in parameters) parameters.pollTimes = { item: EVERY_FIVE_SECONDS };
		if (cron !== undefined && type.endsWith('.scheduleTrigger'))
			parameters.rule = { interval: [{ field: 'cronExpression', expression: cron }] };
		if (name !== 'Settings') continue;
		for (const field of (parameters as unknown as Assigned).assignments.assignments)
			if (field.name in settings) field.value = settings[field.name];
	}
	return (await stage.client.createWorkflow(example)).id;
}

/** Who may see the page of campaigns. */
export const PAGE_VISITOR = { user: 'ines', password: 'market' };

/** Puts the page of campaigns into n8n, behind a password. */
export async function importPage({ client }: Stage): Promise<string> {
	const credential = await client.saveCredential('Campaign page', 'httpBasicAuth', PAGE_VISITOR);
	const example = withCredential(await readExample('campaign-page'), credential);
	return (await client.createWorkflow(example)).id;
}

/** The parameters of n8n's Edit Fields node. */
interface Assigned {
	assignments: { assignments: Array<{ name: string; value: unknown }> };
}
