import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { CURRENT_HOST, hostOf, versionOf } from '../../tools/n8n/host.mts';
import { read } from '../docs/markdown.mts';
import { readWorkflow } from './workflows.mts';

const { version } = CURRENT_HOST;

/** A registry that knows n8n only. */
const registry = createServer(({ url }, response) => {
	const tags = { latest: '99.1.0', next: '99.2.0-rc.1', ours: version };
	const dependencies = { 'n8n-of-tomorrow': '1.0.0' };
	const versions = Object.values(tags).map((each) => [
		each,
		{ name: 'n8n', version: each, dependencies },
	]);
	response.writeHead(url === '/n8n' ? 200 : 404, { 'content-type': 'application/json' });
	response.end(
		JSON.stringify({ name: 'n8n', 'dist-tags': tags, versions: Object.fromEntries(versions) }),
	);
});

beforeAll(async () => {
	registry.listen(0, '127.0.0.1');
	await once(registry, 'listening');
	const { port } = registry.address() as AddressInfo;
	process.env.npm_config_registry = `http://127.0.0.1:${port}/`;
	process.env.NO_PROXY = '127.0.0.1';
});
afterAll(() => void registry.close());

test.each([
	['latest', '99.1.0'],
	['next', '99.2.0-rc.1'],
])('the tag %s leads to what the registry says now', async (tag, wanted) => {
	expect(await versionOf(tag)).toBe(wanted);
});

test('a tag that is not there is no n8n', async () => {
	await expect(versionOf('nothing')).rejects.toThrow();
});

test('the n8n of the tools is not installed twice', async () => {
	expect(await hostOf(version)).toBe(CURRENT_HOST);
});

test('a version of which the registry lacks a part is refused with the name of that part', async () => {
	await expect(hostOf('99.1.0')).rejects.toThrow(/n8n-of-tomorrow/);
});

describe('the workflow of every week', () => {
	const { workflow } = readWorkflow('hosts.yml');
	const { hosts, tell } = workflow.jobs as Record<string, any>;

	test('plays on the newest and on the next n8n', () => {
		expect(workflow.on).toMatchObject({ schedule: [{ cron: expect.any(String) }] });
		expect(hosts.strategy.matrix.tag).toEqual(['latest', 'next']);
		const runs = hosts.steps.map(({ run }: { run?: string }) => run);
		expect(runs).toContain('npm run test:hosts -- --tag "$TAG"');
	});

	test('opens an issue when it fails, by a job that runs nothing of the repository', () => {
		expect(tell).toMatchObject({
			needs: ['hosts', 'values'],
			if: 'failure()',
			permissions: { issues: 'write' },
		});
		expect(tell.steps.map(({ uses }: { uses?: string }) => uses)).toEqual([undefined]);
		expect(tell.steps[0].run).toContain('gh issue create');
		expect(hosts.permissions).toBeUndefined();
	});
});

test('README names the versions that are tried', () => {
	const rows = read('README.md').match(/^\| [\d.]+ \| \d+ \|/gm);
	expect(rows).toContain(`| ${version} | 24 |`);
});
