import fc from 'fast-check';
import { play } from './model.mts';
import { anyHistory, anyServer } from './serverModel.mts';
test('prof', async () => {
	const cases = fc.sample(fc.tuple(anyServer, anyHistory), { numRuns: 60, seed: 5 });
	const times: Array<[number, unknown]> = [];
	for (const c of cases) { const t = performance.now(); let r; try { r = await play(c[0], c[1]); } catch (e) { r = String(e); } times.push([performance.now() - t, c]); }
	times.sort((a, b) => b[0] - a[0]);
	console.log(times.reduce((s, [t]) => s + t, 0), times.slice(0, 3).map((x) => JSON.stringify(x)).join('\n'));
});
