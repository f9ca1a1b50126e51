import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import * as echarts from 'echarts';
import { ROOT } from '../tools/lib/paths.mts';
import { textTable } from '../tools/lib/textTable.mts';

const CHARTS = 'benchmarks';
const ROW_PX = 34;

/** What one part of the run found. */
export interface Section {
	title: string;
	/** What was done and how, in a sentence or two. */
	about: string;
	head: string[];
	rows: string[][];
	chart?: { title: string; unit: string; bars: Array<[name: string, value: number]> };
}

/** What was promised and what came out. */
export interface Target {
	what: string;
	wanted: string;
	found: string;
	met: boolean;
}

function chart({ title, unit, bars }: NonNullable<Section['chart']>): string {
	const instance = echarts.init(null, null, {
		renderer: 'svg',
		ssr: true,
		width: 760,
		height: 90 + bars.length * ROW_PX,
	});
	instance.setOption({
		animation: false,
		backgroundColor: '#ffffff',
		title: { text: title, textStyle: { fontSize: 14 } },
		grid: { left: 10, right: 70, top: 44, bottom: 30, containLabel: true },
		xAxis: { type: 'value', name: unit, nameLocation: 'middle', nameGap: 24 },
		yAxis: { type: 'category', inverse: true, data: bars.map(([name]) => name) },
		series: [
			{
				type: 'bar',
				data: bars.map(([name, value]) => ({
					value: Number(value.toPrecision(3)),
					itemStyle: { color: name.startsWith('KallyAI') ? '#1f5fd6' : '#a9b4c4' },
				})),
				label: { show: true, position: 'right' },
			},
		],
	});
	const svg = instance.renderToSVGString();
	instance.dispose();
	return svg;
}

function markdownTable(head: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Prints a section as it is found. */
export function printSection({ title, head, rows }: Section): void {
	console.log(`\n${title}\n${textTable(head, rows)}`);
}

const TARGET_HEAD = ['Target', 'Required', 'Measured', 'Met'];
const targetRows = (targets: Target[]) =>
	targets.map(({ what, wanted, found, met }) => [what, wanted, found, met ? 'yes' : 'no']);

/** Prints the targets. */
export function printTargets(targets: Target[]): void {
	console.log(`\nTargets\n${textTable(TARGET_HEAD, targetRows(targets))}`);
}

/** Writes docs/benchmarks.md and its charts. */
export async function writeReport(
	sections: Section[],
	targets: Target[],
	{
		rounds,
		seconds,
		versions,
	}: { rounds: [most: number, long: number]; seconds: number; versions: string },
): Promise<void> {
	const docs = join(ROOT, 'docs');
	await mkdir(join(docs, CHARTS), { recursive: true });
	const parts: string[] = [];
	for (const [index, section] of sections.entries()) {
		const { title, about, head, rows } = section;
		parts.push(`## ${title}`, about, markdownTable(head, rows));
		if (section.chart) {
			const file = `${CHARTS}/${index + 1}.svg`;
			await writeFile(join(docs, file), `${chart(section.chart)}\n`);
			parts.push(`![${section.chart.title}](${file})`);
		}
	}
	const [{ model } = { model: 'unknown processor' }] = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	const text = [
		'# Benchmarks',
		`Written by \`npm run bench\`; to repeat it, run the same command in a clone while nothing else is running. Every figure is the least of ${rounds[0]} rounds (${rounds[1]} where each needs a process of its own or n8n), since whatever else runs on the machine can only add to it; tables show the median and the maximum too. In each round all contestants take turns in one process and send their requests to a minimal HTTP server in another process on the same machine. Times differ between machines, so compare the ratios.`,
		markdownTable(
			['', ''],
			[
				['Date', new Date().toISOString().slice(0, 10)],
				[
					'Machine',
					`${cpus().length} × ${model}, ${memory} GiB, ${platform()} ${release()} ${arch()}`,
				],
				['Versions', versions],
				['Duration', `${seconds} s`],
			],
		),
		'## Targets',
		markdownTable(TARGET_HEAD, targetRows(targets)),
		...parts,
	];
	await writeFile(join(docs, 'benchmarks.md'), `${text.join('\n\n')}\n`);
}
