import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { listComponents, sha256Of } from '../../tools/lib/components.mts';
import { pack, type Packed } from '../../tools/lib/pack.mts';
import { read } from '../docs/markdown.mts';

const { name, version, devDependencies } = JSON.parse(read('package.json')) as {
	name: string;
	version: string;
	devDependencies: Record<string, string>;
};

let folder: string;
let packed: Packed & { tarball: string };
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'components-test-'));
	packed = await pack(folder);
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

test('the list of the package names it by its digest and nothing else, for it holds nothing else', async () => {
	const list = await listComponents(packed.tarball, { name, of: 'package' });
	expect(list).toMatchObject({
		bomFormat: 'CycloneDX',
		specVersion: expect.stringMatching(/^1\.[5-9]$/),
		metadata: {
			component: {
				name,
				version,
				purl: `pkg:npm/${name}@${version}`,
				hashes: [{ alg: 'SHA-256', content: await sha256Of(packed.tarball) }],
			},
		},
		components: [],
	});
});

test('the list of the build names everything that had a hand in it, with a digest', async () => {
	const { components } = await listComponents(packed.tarball, { name, of: 'build' });
	expect(components.length).toBeGreaterThan(1000);
	const purls = new Set(components.map(({ purl }) => decodeURIComponent(purl)));
	for (const [tool, locked] of Object.entries(devDependencies))
		expect(purls).toContain(`pkg:npm/${tool}@${locked}`);
	const without = components.filter(({ hashes }) => hashes?.[0]?.alg !== 'SHA-512');
	expect(without.map(({ purl }) => purl)).toEqual([]);
});
