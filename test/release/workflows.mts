import { globSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

import { read } from '../docs/markdown.mts';

/** A step of a job. */
export interface Step {
	name?: string;
	id?: string;
	uses?: string;
	run?: string;
	with?: Record<string, unknown>;
	env?: Record<string, string>;
}

type Permissions = Record<string, string> | string;

/** One job of a workflow. */
export interface Job {
	needs?: string | string[];
	environment?: string | { name: string };
	permissions?: Permissions;
	outputs?: Record<string, string>;
	env?: Record<string, string>;
	steps: Step[];
}

/** A workflow of GitHub Actions, as far as it matters here. */
export interface Workflow {
	on: unknown;
	permissions?: Permissions;
	jobs: Record<string, Job>;
}

const FOLDER = '.github/workflows';

/** Every workflow of the repository, by the name of its file. */
export const workflowFiles = globSync('*.{yml,yaml}', {
	cwd: path.resolve(import.meta.dirname, '../..', FOLDER),
}).sort();

/** A workflow as it is run, and as it is written. */
export function readWorkflow(file: string): { workflow: Workflow; text: string } {
	const text = read(`${FOLDER}/${file}`);
	return { workflow: parse(text) as Workflow, text };
}

/** What the release workflow runs in a job, as one script; without provenance, which there is on GitHub alone. */
export function releaseScript(job: string, isRun = (_command: string) => true): string {
	const { steps } = readWorkflow('publish.yml').workflow.jobs[job];
	const commands = steps.flatMap(({ run }) => (run !== undefined && isRun(run) ? [run] : []));
	return ['set -eo pipefail', ...commands].join('\n').replace(' --provenance', '');
}

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const PINNED_LINE = /^\s*-?\s*uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** What a job may use without installing anything or running anything of the repository. */
const HARMLESS = ['actions/setup-node', 'actions/download-artifact'];
const INSTALLS =
	/\b(?:npm|pnpm|yarn|bun)\s+(?:ci|i|install|add|exec|run|test|start|x)\b|\b(?:npx|pnpx|bunx|corepack|apt|apt-get|pip|curl|wget|git)\b|\bnode\b/;

const granted = (permissions: Permissions | undefined, name: string): boolean =>
	typeof permissions === 'string' ? permissions === 'write-all' : permissions?.[name] === 'write';

const actionOf = ({ uses = '' }: Step): string => uses.split('@', 1)[0] ?? '';

/** What is wrong with any workflow: actions that may change, rights nobody asked for, texts of others in commands. */
export function problemsOf({ workflow, text }: { workflow: Workflow; text: string }): string[] {
	const jobs = Object.entries(workflow.jobs);
	const steps = jobs.flatMap(([, job]) => job.steps);
	const lines = text.split('\n').filter((line) => /^\s*-?\s*uses:/.test(line));
	return [
		...(workflow.permissions === undefined ? ['rights are not said'] : []),
		...(typeof workflow.permissions === 'string' ? [`rights: ${workflow.permissions}`] : []),
		...jobs
			.filter(([, { permissions }]) => typeof permissions === 'string')
			.map(([name]) => `${name}: all rights of a kind`),
		...steps.flatMap(({ uses }) => (uses && !PINNED.test(uses) ? [`${uses} is not pinned`] : [])),
		...lines.filter((line) => !PINNED_LINE.test(line)).map((line) => `no version: ${line.trim()}`),
		...steps
			.filter(({ run = '' }) => run.includes('${{'))
			.map(({ run }) => `a command made of a text: ${run}`),
		...steps
			.filter((step) => actionOf(step) === 'actions/checkout')
			.filter((step) => step.with?.['persist-credentials'] !== false)
			.map(() => 'a checkout leaves its token'),
	];
}

/** Whether a release is made with everything that was downloaded, after its digest was checked. */
function attachesAll(steps: Job['steps']): boolean {
	const check = steps.findIndex(({ run = '' }) => /sha256sum --check/.test(run));
	const release = steps.findIndex(({ run = '' }) => /^gh release create .* \.\/\*$/.test(run));
	return check >= 0 && check < release;
}

/** What is wrong with the way a package gets from its sources to the registry. */
export function publishingProblemsOf({ permissions, jobs }: Workflow): string[] {
	const all = Object.entries(jobs);
	const publishing = all.filter(([, { steps }]) =>
		steps.some(({ run = '' }) => /\bpublish\b/.test(run)),
	);
	const [[name, job] = ['', { steps: [] } as Job]] = publishing;
	const others = all.filter(([other]) => other !== name);
	const position = (pattern: RegExp) => job.steps.findIndex(({ run = '' }) => pattern.test(run));
	const check = position(/sha256sum --check/);
	const publish = position(/\bnpm publish\b/);
	const command = job.steps[publish]?.run ?? '';
	const source = jobs[[job.needs].flat()[0] ?? ''];
	return [
		...(publishing.length === 1 ? [] : [`${publishing.length} jobs publish`]),
		...(granted(permissions, 'id-token') ? ['every job may have an identity'] : []),
		...others
			.filter(([, other]) => granted(other.permissions, 'id-token'))
			.map(([other]) => `${other} may have an identity`),
		...(granted(job.permissions, 'id-token') ? [] : ['no identity, so no provenance']),
		...(job.environment === undefined ? ['the environment is not protected'] : []),
		...job.steps
			.filter((step) => step.uses && !HARMLESS.includes(actionOf(step)))
			.map(({ uses }) => `${name} uses ${uses}`),
		...job.steps
			.filter(({ run = '' }) => INSTALLS.test(run))
			.map(({ run }) => `${name} runs ${run}`),
		...(check >= 0 && check < publish ? [] : ['the digest is not checked before publishing']),
		...(/^npm publish "\.\/\$TARBALL" /.test(command) ? [] : ['not the tarball is published']),
		...['--provenance', '--ignore-scripts']
			.filter((option) => !command.split(' ').includes(option))
			.map((option) => `published without ${option}`),
		...(job.steps.some(({ run = '' }) => run.includes('\n')) ? ['more than one command'] : []),
		...(source?.outputs?.sha256 && job.env?.SHA256?.includes('outputs.sha256')
			? []
			: ['the digest does not come from the job that packed']),
		...(others.some(([, { steps }]) => attachesAll(steps))
			? []
			: ['the lists of components are not attached to the release']),
		...(source?.steps.some(({ run }) => run === 'npm ci') ? [] : ['not installed by npm ci']),
		...(source?.steps.some(({ run }) => run === 'npm test') ? [] : ['not tested']),
		...(source?.steps.some(({ run }) => run === 'npm run artifact') ? [] : ['not packed once']),
		...all
			.flatMap(([, { steps }]) => steps)
			.filter((step) => actionOf(step) === 'actions/setup-node')
			.filter((step) => step.with?.['package-manager-cache'] !== false || step.with.cache)
			.map(() => 'built from a cache'),
	];
}
