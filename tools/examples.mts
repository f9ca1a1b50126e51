import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { EXAMPLES } from './lib/paths.mts';
import type { Credential, N8nClient, Workflow, WorkflowFile } from './n8n/client.mts';

const CHANGED = ' (changed before ';

/** The folder for files in the examples: that of n8n's Docker image. */
const DOCKER_FILES = '/home/node/.n8n-files';

/** Whether a workflow is an example under the name that it has when the user has changed it. */
export const isChanged = (workflow: { name: string }, example: string): boolean =>
	workflow.name.startsWith(example + CHANGED);

/** The files of the example workflows of this repository, without their ending. */
export async function exampleNames(): Promise<string[]> {
	const files = await readdir(EXAMPLES);
	return files
		.filter((name) => name.endsWith('.json'))
		.map((name) => parse(name).name)
		.sort();
}

/** One example workflow, by the name of its file. */
export async function readExample(name: string): Promise<WorkflowFile> {
	return JSON.parse(await readFile(join(EXAMPLES, `${name}.json`), 'utf8')) as WorkflowFile;
}

/** The example workflows of this repository. */
export async function readExamples(): Promise<WorkflowFile[]> {
	return await Promise.all((await exampleNames()).map(readExample));
}

/** The same workflow with this credential in every node that needs one of its type. */
export function withCredential(
	workflow: WorkflowFile,
	{ id, name, type }: Credential,
): WorkflowFile {
	const nodes = workflow.nodes.map((node) =>
		node.credentials?.[type]
			? { ...node, credentials: { ...node.credentials, [type]: { id, name } } }
			: node,
	);
	return { ...workflow, nodes };
}

/** The same workflow with the folder into which this n8n may write. */
function withFiles(workflow: WorkflowFile, folder: string): WorkflowFile {
	return JSON.parse(JSON.stringify(workflow), (_, value: unknown) =>
		value === DOCKER_FILES ? folder : value,
	) as WorkflowFile;
}

/**
 * Puts the examples into n8n as they are in the repository, with these credentials and this folder for files. The ledger
 * remembers which version was put in: an example that the user has changed since keeps its changes under another name.
 */
export async function importExamples(
	client: N8nClient,
	credentials: Credential[],
	files: string,
	ledgerFile: string,
): Promise<Workflow[]> {
	const ledger = await readFile(ledgerFile, 'utf8').then(
		(text) => JSON.parse(text) as Record<string, string>,
		() => ({}) as Record<string, string>,
	);
	const present = await client.workflows();
	const imported: Workflow[] = [];
	for (const example of await readExamples()) {
		const workflow = withFiles(credentials.reduce(withCredential, example), files);
		const named = present.filter(({ name }) => name === workflow.name);
		// Somebody may have put the same example in by hand as well.
		const stored = named.find(({ id }) => Object.hasOwn(ledger, id)) ?? named[0];
		const untouched =
			stored !== undefined && (await client.workflow(stored.id)).versionId === ledger[stored.id];
		if (stored !== undefined && !untouched) {
			await client.updateWorkflow(stored.id, {
				name: `${workflow.name}${CHANGED}${now()})`,
			});
		}
		const result =
			stored !== undefined && untouched
				? await client.updateWorkflow(stored.id, workflow)
				: await client.createWorkflow(workflow);
		ledger[result.id] = result.versionId;
		imported.push(result);
	}
	await mkdir(dirname(ledgerFile), { recursive: true });
	await writeFile(ledgerFile, JSON.stringify(ledger, null, 2));
	return imported;
}

function now(): string {
	return new Date().toISOString().slice(0, 19).replace('T', ' ');
}
