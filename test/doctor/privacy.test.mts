import axios from 'axios';

import { markdown, summary } from '../../tools/doctor/reportText.mts';
import { testSandbox } from '../support/sandbox.mts';
import { examined, quickClock, type Examined } from './examined.mts';
import { ToldServer, type Heard, type Reply } from './server.mts';

/** Something personal in place of a text: names, numbers, addresses, texts, IDs, tokens. */
const KINDS: Array<(number: number) => string> = [
	(number) => `Dana Whitfield ${number}`,
	(number) => `whitfield${String.fromCharCode(97 + (number % 26))}x${number}`,
	(number) => `+44207946${String(1000 + number).slice(-4)}`,
	(number) => `dana.whitfield.${number}@example.org`,
	(number) => `https://example.org/people/${number}?key=s3cr3t${number}`,
	(number) => `${number} Harbour Street, Bristol BS1 4ZZ`,
	(number) => `My knee hurts since visit ${number}`,
	(number) => `7c1f0e9a-${String(10_000 + number).slice(-4)}-4b6d-9a51-2f4e6d8c0b70`,
	(number) => `sk_live_51H8xPq${number}ZzTop`,
	(number) => `eyJhbGciOiJIUzI1NiJ9.${number}.c2lnbmF0dXJl`,
];
/** What no service would take for somebody's: times tell when, which the doctor has to see. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** Puts planted values in place of texts, one for each, and finds the texts again by them. */
class Planting {
	private readonly planted = new Map<string, string>();
	private readonly texts = new Map<string, string>();
	private keys = 0;

	get values(): string[] {
		return [...this.planted.values(), ...Array.from({ length: this.keys }, (_, key) => keyOf(key))];
	}

	in(value: any, isWhole: boolean): any {
		if (typeof value === 'string') return isWhole || !TIME.test(value) ? this.value(value) : value;
		if (Array.isArray(value)) return value.map((member) => this.in(member, isWhole));
		if (typeof value !== 'object' || value === null) return value;
		const members = Object.entries(value).map(([name, member]) => [name, this.in(member, isWhole)]);
		return { ...Object.fromEntries(members), [keyOf(this.keys++ % 50)]: 'Dana' };
	}

	back(text: string): string {
		let given = text;
		for (const [planted, original] of this.texts) {
			given = given.replaceAll(planted, original).replaceAll(encodeURIComponent(planted), original);
		}
		return given;
	}

	private value(text: string): string {
		const known = this.planted.get(text);
		if (known) return known;
		const number = this.planted.size;
		const planted = KINDS[number % KINDS.length]!(number);
		this.planted.set(text, planted);
		this.texts.set(planted, text);
		return planted;
	}
}

const keyOf = (key: number) => `whitfield_dana_${key % 50}`;

const sandbox = testSandbox();

/** A service in front of the sandbox whose every text is somebody's. */
async function planted(isWhole: boolean, write: boolean): Promise<Examined & { values: string[] }> {
	const planting = new Planting();
	const ask = async ({ method, url, headers, body }: Heard): Promise<Reply> => {
		const answer = await axios.request({
			method,
			url: sandbox.baseUrl + planting.back(decodeURIComponent(url)),
			headers: {
				authorization: 'Bearer sandbox-token',
				...(body && { 'content-type': headers['content-type'] }),
				...(headers['idempotency-key'] && { 'idempotency-key': headers['idempotency-key'] }),
			},
			data: body ? planting.back(body) : undefined,
			maxRedirects: 0,
			proxy: false,
			validateStatus: () => true,
		});
		return {
			status: answer.status,
			headers: {
				'x-account': 'Dana Whitfield',
				server: 'Whitfield/1.0',
				'retry-after': '+15550100',
			},
			body: planting.in(answer.data, isWhole),
		};
	};
	const server = await new ToldServer(ask).listen();
	try {
		const clock = quickClock();
		const given = { accessToken: 'at_SECRET_1', refreshToken: 'rt_SECRET_2' };
		const result = await examined({ baseUrl: server.baseUrl, clock, ...given, write });
		return {
			...result,
			values: [...planting.values, ...Object.values(given), 'Dana', 'Whitfield'],
		};
	} finally {
		await server.close();
	}
}

test.each([
	['every text, and IDs that are followed', false, false],
	['every text, times too', true, false],
	['every text while the doctor writes', false, true],
])('holds nothing of %s', async (_, isWhole, write) => {
	const { report, values, answers, said } = await planted(isWhole, write);
	expect(new Set(values).size).toBeGreaterThan(200);
	expect(answers.length).toBeGreaterThan(60);
	const texts = [JSON.stringify(report), markdown(report), summary(report), said];
	for (const text of texts) {
		const leaked = values.filter((value) => text.toLowerCase().includes(value.toLowerCase()));
		expect(leaked).toEqual([]);
	}
});
