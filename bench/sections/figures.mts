import type { Contestants } from '../contestants.mts';
import type { Entry, Sample, Spread } from '../measure.mts';

/** What a section has to work with. */
export interface Bench {
	contestants: Contestants;
	packageFolder: string;
	packed: { size: number; files: number };
	baseUrl: string;
	/** How often each contestant has its turn. */
	rounds: number;
	/** The same where a turn is long: a process of its own, or n8n. */
	longRounds: number;
	quick: boolean;
	/** Lets the server wait before it responds, hold so many calls, and respond as an account in which nothing has happened. */
	server(settings: { delayMs?: number; total?: number; quiet?: boolean }): Promise<void>;
	target(what: string, wanted: string, found: string, met: boolean): void;
}

export const ms = (value: number) => value.toFixed(value < 10 ? 2 : 0);
export const ratio = (value: number) => value.toFixed(2);

/** The head of a column of spreads. */
export const SPREAD = 'Median–max';
/** The middle and the most of some times, as a cell. */
export const spreadCell = (spread: Spread) => spread.map(ms).join('–');

export function sampleOf(samples: Map<string, Sample>, name: string): Sample {
	const sample = samples.get(name);
	if (sample === undefined) throw new Error(`${name} was not measured`);
	return sample;
}

/** The time of one entry as a part of that of another. */
export const timeRatio = (samples: Map<string, Sample>, name: string, to: string) =>
	sampleOf(samples, name).wallMs / sampleOf(samples, to).wallMs;

/** Rows with the ratio to the entry that everything is compared with in front. */
export function ratioRows(entries: Entry[], samples: Map<string, Sample>, to: string): string[][] {
	const base = sampleOf(samples, to).wallMs;
	return entries.map(({ name, items }) => {
		const { wallMs, cpuMs, spread } = sampleOf(samples, name);
		return [name, ratio(wallMs / base), ms(wallMs), spreadCell(spread), ms(cpuMs / items)];
	});
}

export const ratioHead = (to: string) => [
	'',
	`Time / ${to}`,
	'Time (ms)',
	SPREAD,
	'CPU per item (ms)',
];
export const barsOf = (samples: Map<string, Sample>) =>
	[...samples].map(([name, { wallMs }]): [string, number] => [name, wallMs]);
