import type * as Kinds from '../../nodes/shared/fields/kinds.ts';
import type * as Read from '../../nodes/shared/fields/read.ts';
import type { Field } from '../../nodes/shared/fields/field.ts';
import { playedSandbox, sandboxClock } from '../../tools/doctor/sandboxWorld.mts';
import { examined } from '../../test/doctor/examined.mts';
import { Client } from '../../tools/doctor/client.mts';
import { measure } from '../measure.mts';
import type { Section } from '../report.mts';
import { type Bench, ms, ratio, sampleOf, timeRatio } from './figures.mts';

/** The eleven events of the first version: those that came later are choices of them. */
const EVENTS = [
	'actionLogged',
	'callFinished',
	'creditsLow',
	'emailAwaitingApproval',
	'emailReceived',
	'goalChanged',
	'inboundCall',
	'message',
	'notification',
	'outreachFinished',
	'voicemail',
];

/** Values as people and spreadsheets write them, three fields of each kind. */
const WRITTEN: Array<[kind: (kinds: typeof Kinds, name: string) => Field, value: unknown]> = [
	[(kinds, name) => kinds.text(name), 'A table for two, please'],
	[(kinds, name) => kinds.phoneNumber(name), ' +1 (555) 010-0123 '],
	[(kinds, name) => kinds.email(name), 'Ada Example <ada@example.com>'],
	[(kinds, name) => kinds.integer(name), '12'],
	[(kinds, name) => kinds.decimal(name), '2.50'],
	[(kinds, name) => kinds.flag(name, {}), 'TRUE'],
	[(kinds, name) => kinds.date(name, { description: 'Day' }), '2031-05-16'],
	[(kinds, name) => kinds.time(name), '7:30 PM'],
	[(kinds, name) => kinds.moment(name), '2031-05-16T19:30:00+02:00'],
	[(kinds, name) => kinds.textList(name), 'window, quiet; terrace'],
];
const FIELDS_OF_A_KIND = 3;

/** A part and what it is compared with: time, CPU time per unit and their ratio. */
type Row = [part: string, beside: string, ratio: string, perUnit: string];

async function values({ contestants, quick, rounds, target }: Bench): Promise<Row> {
	const kinds = contestants.built('shared/fields/kinds') as typeof Kinds;
	const { readField } = contestants.built('shared/fields/read') as typeof Read;
	const fields = WRITTEN.flatMap(([kind, value], index) =>
		Array.from({ length: FIELDS_OF_A_KIND }, (_, copy) => {
			const field = kind(kinds, `field${index}n${copy}`);
			return { field, value };
		}),
	);
	const items = quick ? 500 : 10_000;
	const context = { timezone: 'Europe/Madrid' };
	const item = JSON.stringify(
		Object.fromEntries(fields.map(({ field, value }) => [field.wire, value])),
	);
	const reads = 'KallyAI: reading';
	const parses = 'JSON.parse';
	const samples = await measure(
		[
			{
				name: reads,
				items: items * fields.length,
				async run() {
					let read = 0;
					for (let index = 0; index < items; index++)
						for (const { field, value } of fields)
							if (readField(field, value, context) !== undefined) read++;
					return read;
				},
			},
			{
				name: parses,
				items: items * fields.length,
				async run() {
					let read = 0;
					for (let index = 0; index < items; index++)
						read += Object.keys(JSON.parse(item) as object).length;
					return read;
				},
			},
		],
		rounds,
	);
	const perItem = sampleOf(samples, reads).cpuMs / items;
	target(
		`Reading ${fields.length} fields of ${items} items: CPU per item`,
		'≤ 0.5 ms',
		`${ms(perItem)} ms`,
		perItem <= 0.5,
	);
	return [
		`Reading ${fields.length} fields of ${items} items`,
		'JSON.parse of the same items',
		ratio(timeRatio(samples, reads, parses)),
		`${perItem.toFixed(3)} per item`,
	];
}

async function ledger({ contestants, quick, rounds, target }: Bench): Promise<Row> {
	const items = quick ? 50 : 1000;
	const kallyAi = contestants.kallyAi();
	const run = async () => await kallyAi('make', items, 10);
	const on = 'with the ledger';
	const off = 'without it';
	const samples = await measure(
		[
			{ name: on, items, run },
			{ name: off, items, run: async () => await contestants.withoutLedger(run) },
		],
		rounds,
	);
	const cpu = (name: string) => sampleOf(samples, name).cpuMs;
	const part = cpu(on) / cpu(off);
	target(
		'CPU per item of call.make: with the ledger / without it',
		'≤ 1.10',
		ratio(part),
		part <= 1.1,
	);
	return [
		`${items} × call.make`,
		'the same without the ledger',
		ratio(part),
		`${(cpu(on) / items).toFixed(3)} per item`,
	];
}

async function polls(bench: Bench): Promise<Row> {
	const { contestants, quick, rounds, target } = bench;
	const times = quick ? 5 : 50;
	await bench.server({ quiet: true });
	const entry = (name: string, events: string[]) => {
		const state = {};
		return {
			name,
			items: 0,
			async run() {
				let given = 0;
				for (let time = 0; time < times; time++) given += await contestants.poll(state, events);
				return given;
			},
		};
	};
	const one = 'one event';
	const all = `${EVENTS.length} events`;
	const samples = await measure([entry(one, ['callFinished']), entry(all, EVENTS)], rounds);
	await bench.server({});
	const part = timeRatio(samples, all, one);
	target(
		`Time of a quiet poll: ${all} / ${one}`,
		`≤ ${EVENTS.length}.00`,
		ratio(part),
		part <= EVENTS.length,
	);
	return [
		`Quiet poll of ${all}`,
		`a quiet poll of ${one}`,
		ratio(part),
		`${(sampleOf(samples, all).cpuMs / times).toFixed(2)} per poll`,
	];
}

async function doctor({ rounds, target }: Bench): Promise<Row> {
	const sandbox = await playedSandbox();
	const { baseUrl, accessToken } = sandbox;
	const examine = async () => {
		await sandbox.play({ world: 'kind' });
		return (await examined({ ...sandbox, clock: sandboxClock })).answers;
	};
	const whole = 'the doctor';
	const alone = 'its requests';
	try {
		const requests = (await examine()).map(({ request }) => request);
		const items = requests.length;
		const samples = await measure(
			[
				{ name: whole, items, run: async () => (await examine()).length },
				{
					name: alone,
					items,
					async run() {
						await sandbox.play({ world: 'kind' });
						const client = new Client({ baseUrl, clock: sandboxClock });
						client.accessToken = accessToken;
						for (const request of requests) await client.send(request);
						return requests.length;
					},
				},
			],
			rounds,
		);
		const part = timeRatio(samples, whole, alone);
		target('Time of the doctor / of its requests alone', '≤ 2.00', ratio(part), part <= 2);
		return [
			`npm run doctor, read-only, against the sandbox: ${items} requests`,
			'its requests alone',
			ratio(part),
			`${ms(sampleOf(samples, whole).cpuMs)} for the whole run`,
		];
	} finally {
		await sandbox.close();
	}
}

export async function parts(bench: Bench): Promise<Section> {
	return {
		title: 'Parts: values, ledger, polls of several events, doctor',
		about:
			'The cost of single parts compared with a minimum. The fields have values as people write them, such as “ +1 (555) 010-0123 ” or “7:30 PM”. The ledger remembers what was sent, so that nothing is done twice. The doctor and the sandbox share a clock that skips the pauses between requests.',
		head: ['Part', 'Compared with', 'Ratio', 'CPU time (ms)'],
		rows: [await values(bench), await ledger(bench), await polls(bench), await doctor(bench)],
	};
}
