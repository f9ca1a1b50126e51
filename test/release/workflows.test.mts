import { existsSync } from 'node:fs';

import { parse } from 'yaml';

import { read } from '../docs/markdown.mts';
import {
	problemsOf,
	publishingProblemsOf,
	readWorkflow,
	type Workflow,
	workflowFiles,
} from './workflows.mts';

const PUBLISH = 'publish.yml';
const { text } = readWorkflow(PUBLISH);

test.each(workflowFiles)('%s pins its actions, says its rights and builds no commands', (file) => {
	expect(problemsOf(readWorkflow(file))).toEqual([]);
});

test('nobody but the job that publishes may have an identity', () => {
	const able = workflowFiles.flatMap((file) =>
		Object.entries(readWorkflow(file).workflow.jobs)
			.filter(([, { permissions }]) => JSON.stringify(permissions ?? {}).includes('id-token'))
			.map(([job]) => `${file}: ${job}`),
	);
	expect(able).toEqual([`${PUBLISH}: publish`]);
});

test('what is published was tested, packed once and checked, by a job that installs nothing', () => {
	expect(publishingProblemsOf(readWorkflow(PUBLISH).workflow)).toEqual([]);
});

test('every install of every workflow goes by the lockfile', () => {
	for (const file of workflowFiles) {
		const runs = Object.values(readWorkflow(file).workflow.jobs).flatMap(({ steps }) =>
			steps.map(({ run = '' }) => run),
		);
		expect(runs.filter((run) => /\b(?:npm|yarn|pnpm) (?:i|install|add)\b/.test(run))).toEqual([]);
	}
});

test('the scripts that the workflows run are there', () => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	for (const file of workflowFiles) {
		for (const [, name = ''] of readWorkflow(file).text.matchAll(/run: npm run ([\w:]+)/g))
			expect(scripts).toHaveProperty(name);
	}
	expect(existsSync('.github/dependabot.yml')).toBe(true);
});

describe('a workflow is refused', () => {
	const NPM_CI = '      - run: npm ci\n';
	const DIGEST = /      - name: The package is the one that was tested\n        run: .*\n/;

	/** The problems of the publishing workflow after a change of its text. */
	function problemsAfter(from: string | RegExp, to: string): string[] {
		const changed = text.replace(from, () => to);
		expect(changed).not.toBe(text);
		const workflow = parse(changed) as Workflow;
		return [...problemsOf({ workflow, text: changed }), ...publishingProblemsOf(workflow)];
	}

	test.each<[string, string | RegExp, string, RegExp]>([
		['whose action is pinned by a tag', /@3d3c42e\w+ # v7\.0\.1/, '@v7', /not pinned/],
		['whose action is pinned by a short hash', /@3d3c42e\w+/, '@3d3c42e', /not pinned/],
		['whose action says no version', ' # v7.0.1', '', /no version/],
		['without rights', 'permissions: {}\n', '', /rights are not said/],
		['with all rights', 'permissions: {}\n', 'permissions: write-all\n', /rights: write-all/],
		[
			'in which every job has an identity',
			'permissions: {}\n',
			'permissions: { id-token: write }\n',
			/every job/,
		],
		[
			'in which the tests have an identity',
			'      contents: read\n',
			'      contents: read\n      id-token: write\n',
			/package may have an identity/,
		],
		[
			'in which nobody has an identity',
			'      id-token: write\n',
			'      contents: read\n',
			/no provenance/,
		],
		['without a protected environment', '    environment: npm\n', '', /not protected/],
		[
			'that installs before it publishes',
			/(?=      - run: npm publish)/,
			'      - run: npm ci\n',
			/publish runs npm ci/,
		],
		[
			'that updates npm before it publishes',
			/(?=      - run: npm publish)/,
			'      - run: npm install -g npm\n',
			/publish runs npm install/,
		],
		[
			'that runs a script before it publishes',
			/(?=      - run: npm publish)/,
			'      - run: npx semantic-release\n',
			/publish runs npx/,
		],
		[
			'that checks sources out before it publishes',
			/(?=      - run: npm publish)/,
			'      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with: { persist-credentials: false }\n',
			/publish uses actions\/checkout/,
		],
		['that publishes a folder', '"./$TARBALL"', '.', /not the tarball/],
		['that publishes without provenance', ' --provenance', '', /without --provenance/],
		['that publishes with scripts', ' --ignore-scripts', '', /without --ignore-scripts/],
		['whose release has no lists of components', ' ./*\n', '\n', /not attached to the release/],
		['that does not check the digest', DIGEST, '', /digest is not checked/],
		[
			'whose digest comes with the package',
			/SHA256: .*/,
			'SHA256: $(cat SHA256SUMS)',
			/digest does not come/,
		],
		[
			'that installs without the lockfile',
			NPM_CI,
			'      - run: npm install\n',
			/not installed by npm ci/,
		],
		['that does not test', '      - run: npm test\n', '', /not tested/],
		['that packs elsewhere', 'run: npm run artifact', 'run: npm pack', /not packed once/],
		[
			'that publishes twice',
			'run: npm test',
			'run: npm run release && npm publish',
			/jobs publish/,
		],
		[
			'that builds from a cache',
			'          package-manager-cache: false\n',
			'          cache: npm\n',
			/from a cache/,
		],
		[
			'that puts a text into a command',
			'"$GITHUB_REF_NAME" = ',
			'"${{ github.ref_name }}" = ',
			/made of a text/,
		],
		[
			'whose checkout leaves its token',
			'persist-credentials: false',
			'persist-credentials: true',
			/leaves its token/,
		],
	])('%s', (_what, from, to, problem) => {
		expect(problemsAfter(from, to)).toEqual(
			expect.arrayContaining([expect.stringMatching(problem)]),
		);
	});
});
