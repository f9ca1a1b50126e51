import { startEngine } from '../../test/support/engine.mts';
import { anyCredentials, startRecorder } from '../../test/support/recorder.mts';
import { Account, type Made, MINUTE } from '../../test/trigger/account.mts';
import { randomOf } from '../../test/support/random.mts';
import { SCENARIOS } from '../../test/trigger/accountHistories.mts';
import { MOST_EVENTS } from '../contestants.mts';
import { least } from '../measure.mts';
import { type Look, MECHANISMS } from '../pollingMechanisms.mts';
import type { Section } from '../report.mts';
import { type Bench, ms } from './figures.mts';

/** Characters of state after so many events, 1000 of them new at each poll. */
async function stateAfter({ contestants, server }: Bench, events: number): Promise<number> {
	const state = {};
	for (let total = 0; total <= events; total += MOST_EVENTS) {
		await server({ total });
		const given = await contestants.poll(state);
		if (total > 0 && given !== MOST_EVENTS) throw new Error(`${given} of ${MOST_EVENTS} events`);
	}
	return JSON.stringify(state).length;
}

export async function trigger(bench: Bench): Promise<Section> {
	const { contestants, quick, longRounds } = bench;
	const total = quick ? 500 : 10_000;
	const many = total * 10;
	const rows: Record<string, number[]> = {};
	const note = (name: string, value: number) => (rows[name] ??= []).push(value);
	for (let round = 0; round < longRounds; round++) {
		const state = {};
		await bench.server({ total: 0 });
		await contestants.poll(state);
		await bench.server({ total });
		let events = 0;
		let polls = 0;
		const started = performance.now();
		while (events < total) {
			const given = await contestants.poll(state);
			if (given === 0) throw new Error(`The trigger stopped at ${events} of ${total} events`);
			events += given;
			polls++;
		}
		note(`Emitting ${total} events (ms)`, performance.now() - started);
		note('Polls needed', polls);
		note('State afterwards (bytes of JSON)', JSON.stringify(state).length);
		const quiet = performance.now();
		const given = await contestants.poll(state);
		note('A quiet poll after that (ms)', performance.now() - quiet);
		if (given !== 0 || events !== total) throw new Error('The trigger gave something out twice');
	}
	const bytes = await stateAfter(bench, many);
	bench.target(
		`Trigger state after ${many} events`,
		'≤ 64 kB',
		`${ms(bytes / 1000)} kB`,
		bytes <= 64_000,
	);
	return {
		title: 'Trigger',
		about: `Finished calls, one a second, polled with at most 1000 events at a time. Each was emitted exactly once.`,
		head: ['', 'KallyAI Trigger'],
		rows: [
			...Object.entries(rows).map(([name, values]) => [name, ms(least(values))]),
			[`State after ${many} events, 1000 between two polls (bytes of JSON)`, ms(bytes)],
		],
	};
}

/** What one mechanism made of the events of an account. */
class Tally {
	private readonly times = new Map<string, number>();

	add(ids: string[]): void {
		for (const id of ids) this.times.set(id, (this.times.get(id) ?? 0) + 1);
	}

	/** Events of these that never came, further times that one came, and what came without being one of them. */
	against(wanted: Made[]): { lost: number; repeated: number; old: number } {
		const ids = new Set(wanted.map(({ id }) => id));
		const came = [...this.times.keys()];
		return {
			lost: [...ids].filter((id) => !this.times.has(id)).length,
			repeated: [...this.times.values()].reduce((sum, times) => sum + times - 1, 0),
			old: came.filter((id) => !ids.has(id)).length,
		};
	}
}

const OURS = 'KallyAI Trigger';

/** Lets one account live through a scenario under the eyes of all mechanisms; counts by mechanism. */
async function playAll(
	scenario: string,
	seed: number,
	account: Account,
): Promise<{ events: number; tallies: Map<string, ReturnType<Tally['against']>> }> {
	const random = randomOf(seed);
	for (let age = 50; age > 0; age--) account.add(1, account.now - age * MINUTE);
	await account.activate();
	const before = account.made.length;
	const looks = new Map<string, Look>(
		Object.entries(MECHANISMS).map(([name, start]) => [
			name,
			start(account.now, account.visible()),
		]),
	);
	const tallies = new Map([OURS, ...looks.keys()].map((name) => [name, new Tally()]));
	const poll = async () => {
		const { given } = await account.poll();
		tallies.get(OURS)?.add(given);
		for (const [name, look] of looks) {
			try {
				const read = () => {
					if (random() < account.failing) throw new Error('The request failed');
					return account.visible().sort((a, b) => b.timeMs - a.timeMs);
				};
				tallies.get(name)?.add(look(account.now, read).map(({ id }) => id));
			} catch {
				// The next look has to make up for it.
			}
		}
	};
	await SCENARIOS[scenario](account, random, poll);
	for (let idle = 0; idle < 30; idle++) await poll();
	const wanted = account.made.slice(before);
	return {
		events: wanted.length,
		tallies: new Map([...tallies].map(([name, tally]) => [name, tally.against(wanted)])),
	};
}

export async function mechanisms(bench: Bench): Promise<Section> {
	const seeds = bench.quick ? 1 : 5;
	const scenarios = Object.keys(SCENARIOS);
	const cells = new Map<string, string[]>();
	let worst = 0;
	const recorder = await startRecorder();
	try {
		const engine = await startEngine(anyCredentials(recorder.baseUrl), bench.packageFolder);
		for (const scenario of scenarios) {
			const sums = new Map<string, { lost: number; repeated: number; old: number }>();
			let events = 0;
			for (let seed = 1; seed <= seeds; seed++) {
				const random = randomOf(seed);
				const account = new Account(engine, recorder, {
					event: 'message',
					order: 'newest',
					random,
				});
				const played = await playAll(scenario, seed, account);
				events += played.events;
				for (const [name, one] of played.tallies) {
					const sum = sums.get(name) ?? { lost: 0, repeated: 0, old: 0 };
					for (const key of ['lost', 'repeated', 'old'] as const) sum[key] += one[key];
					sums.set(name, sum);
				}
			}
			for (const [name, { lost, repeated, old }] of sums) {
				const part = ((100 * lost) / events).toFixed(1);
				cells.set(name, [...(cells.get(name) ?? []), `${part} % / ${repeated} / ${old}`]);
				if (name === OURS) worst += lost + repeated + old;
			}
		}
	} finally {
		await recorder.stop();
	}
	bench.target(
		'Trigger: lost, repeated or old events in all scenarios',
		'0',
		String(worst),
		worst === 0,
	);
	return {
		title: `Trigger and other mechanisms: ${seeds} accounts for each scenario`,
		about:
			'New messages, polled every minute of a simulated clock. Each cell shows the share of events that were lost / events that were repeated / old events emitted by the first poll. The other mechanisms are reimplemented from the triggers in parentheses, and see the whole list at once. The KallyAI Trigger reads it page by page through n8n-core. Its state is discarded after each poll without an event, as in n8n.',
		head: ['', ...scenarios],
		rows: [...cells].map(([name, values]) => [name, ...values]),
	};
}
