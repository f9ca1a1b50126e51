import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { SWITCHES, worldNamed, type Readings, type SwitchName } from '../../sandbox/worlds.mts';
import { POINTS, type Point } from '../../tools/doctor/points.mts';
import type { Report } from '../../tools/doctor/report.mts';
import type { World } from '../../tools/doctor/sandboxWorld.mts';

let examiner: ChildProcess;
beforeAll(async () => {
	examiner = fork(join(__dirname, 'examiner.mts'), { execArgv: [] });
	await once(examiner, 'message');
});
afterAll(async () => {
	const gone = once(examiner, 'exit');
	examiner.kill();
	await gone;
});

async function reportOf(world: World, write: boolean): Promise<Report> {
	const answer = once(examiner, 'message');
	examiner.send({ world, write });
	return (await answer)[0];
}

const NAMES = Object.keys(SWITCHES) as SwitchName[];
const pointOf = (name: SwitchName) => POINTS[name] as Point;

/** Whether the doctor says that it cannot tell this reading from the first one. */
const isHidden = (name: SwitchName, reading: string) => {
	const { by, hidden } = pointOf(name) as { by: Point['by']; hidden?: Record<string, string> };
	return by === 'nothing' || hidden?.[reading] !== undefined;
};

const singles = NAMES.flatMap((name) =>
	SWITCHES[name].readings
		.slice(1)
		.filter((reading) => !isHidden(name, reading))
		.map((reading) => [name, reading] as const),
);

describe('the list of points', () => {
	test('tells of every reading what the package does about it, if it can be told', () => {
		const silent = singles.filter(([name, reading]) => !pointOf(name).otherwise[reading as never]);
		expect(silent).toEqual([]);
	});

	test('hides no reading that does not exist, and not many', () => {
		for (const name of NAMES) {
			const { otherwise, hidden = {} } = pointOf(name);
			for (const reading of Object.keys({ ...otherwise, ...hidden })) {
				expect(SWITCHES[name].readings).toContain(reading);
			}
		}
		const all = NAMES.flatMap((name) => SWITCHES[name].readings.slice(1));
		expect(singles.length / all.length).toBeGreaterThan(0.85);
	});
});

test.each([false, true])(
	'finds nothing otherwise in the world kind (writing: %s)',
	async (write) => {
		const report = await reportOf({ world: 'kind' }, write);
		expect(report.stopped).toBeUndefined();
		expect(report.differences).toEqual([]);
		const { domains } = report;
		const objections = domains.flatMap(({ endpoints }) =>
			endpoints.flatMap((each) => each.objections),
		);
		expect(objections).toEqual([]);
		expect(domains.map(({ outcome }) => outcome)).not.toContain('fails');
		expect(report.asExpected.length).toBeGreaterThan(write ? 65 : 35);
	},
);

test.each(singles)('finds %s: %s, and nothing else', async (name, reading) => {
	const report = await reportOf({ [name]: reading }, pointOf(name).by === 'writing');
	const found = report.differences.map(({ switch: each, readings }) => [each, readings]);
	expect(found).toEqual([[name, expect.arrayContaining([reading])]]);
});

/** Switches that close so much that others cannot be seen. */
const CLOSING: SwitchName[] = ['userAgents', 'scopes', 'rateLimit'];

test.each(['vendor', 'harsh', ...Array.from({ length: 20 }, (_, seed) => `random:doctor-${seed}`)])(
	'finds nothing in %s that is not so',
	async (world) => {
		const truth = worldNamed(world) as Readings;
		const open = Object.fromEntries(CLOSING.map((name) => [name, SWITCHES[name].readings[0]]));
		const { differences, stopped } = await reportOf({ world, ...open }, true);
		expect(stopped).toBeUndefined();
		const isOtherwise = (name: SwitchName) =>
			!CLOSING.includes(name) && truth[name] !== SWITCHES[name].readings[0];
		expect(differences.filter((each) => !isOtherwise(each.switch))).toEqual([]);
		const wanted = NAMES.filter((name) => isOtherwise(name) && !isHidden(name, truth[name]));
		// Some hide others: where unknown fields are ignored, nothing tells which are known.
		expect(differences.length / wanted.length).toBeGreaterThan(0.75);
	},
);
