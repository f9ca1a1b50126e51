import type { ErrorObject } from 'ajv/dist/2020.js';

import type { SWITCHES, SwitchName } from '../../sandbox/worlds.mts';
import type { Answer } from './client.mts';
import { valueAt, type Endpoint } from './document.mts';
import type { Masking } from './masking.mts';
import type { Point, POINTS } from './points.mts';
import type { Findings } from './probe.mts';
import { eachField, isForbidden, isRefused, rowsOf } from './reading.mts';
import type { Survey } from './survey.mts';

/** What came of one operation. */
export interface EndpointReport {
	id: string;
	path: string;
	status: number;
	seconds: number;
	outcome: 'works' | 'differs' | 'not allowed' | 'empty' | 'fails';
	rows?: number;
	/** In what the answer breaks the document. */
	objections: string[];
	/** Fields that the document does not have. */
	furtherFields: string[];
}

export interface DomainReport {
	domain: string;
	outcome: EndpointReport['outcome'] | 'not requested';
	works: number;
	differs: number;
	notAllowed: number;
	empty: number;
	fails: number;
	notAsked: string[];
	endpoints: EndpointReport[];
}

/** What was found out about one point of docs/api.md. */
export interface Finding {
	switch: SwitchName;
	/** Where docs/api.md tells of it. */
	about: string;
	/** The readings that what was seen goes with; empty where nothing was to be seen. */
	readings: string[];
	/** Whether the first reading, which the package takes for granted, is not the true one. */
	differs: boolean;
	tells: string;
	/** What the package does about it, where it differs. */
	package?: string;
	/** Whether what the user wants happens all the same. */
	isRight?: boolean;
	/** Why nothing was found out. */
	why?: string;
}

export interface Report {
	made: string;
	baseUrl: string;
	requests: number;
	/** Why it ended early. */
	stopped?: string;
	steps: string[];
	domains: DomainReport[];
	differences: Finding[];
	asExpected: Finding[];
	open: Finding[];
	/** Values of `status` by list. */
	statuses: Record<string, Record<string, number>>;
	/** Names of headers that came, and the values that tell nothing of anybody. */
	headers: Record<string, string>;
}

/** Why a point is open that reading does not tell. */
export const NEEDS_WRITE = 'needs --write';

interface Material {
	survey: Survey;
	findings: Findings;
	points: typeof POINTS;
	switches: typeof SWITCHES;
	masking: Masking;
	steps: string[];
	hasWritten: boolean;
	stopped?: string;
}

/** The place of an objection: names that are known, `[]` for the rows of a list. */
const place = (pointer: string, masking: Masking) =>
	pointer
		.split('/')
		.slice(1)
		.map((part) => (/^\d+$/.test(part) ? '[]' : masking.field(part)))
		.join('.')
		.replaceAll('.[]', '[]');

const typeOf = (value: unknown) =>
	value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

function objectionText(
	{ instancePath, keyword, params }: ErrorObject,
	body: unknown,
	masking: Masking,
): string {
	const where = place(instancePath, masking) || 'the response';
	if (keyword === 'required')
		return `${where}: ${masking.field(params['missingProperty'])} is missing`;
	if (keyword === 'type') {
		return `${where}: ${typeOf(valueAt(body, instancePath))} instead of ${params['type']}`;
	}
	return `${where}: breaks ${keyword}`;
}

/** Fields of a body, wherever they are, of which the document knows none of that name. */
function furtherFields(body: unknown, words: Set<string>, masking: Masking): string[] {
	const names = new Set<string>();
	eachField(body, (name) => {
		if (!words.has(name)) names.add(masking.field(name));
	});
	return [...names].sort();
}

function endpointReport(
	endpoint: Endpoint,
	answers: Answer[],
	{ survey, masking }: Material,
	words: Set<string>,
): EndpointReport {
	const answer = answers.find((each) => !isRefused(each)) ?? (answers[0] as Answer);
	const isNo = isRefused(answer);
	const errors = isNo ? [] : survey.document.objectionsTo(endpoint, answer.body);
	const rows = endpoint.rows && !isNo ? rowsOf(answer, endpoint.rows)?.length : undefined;
	const objections = [
		...new Set(errors.map((error) => objectionText(error, answer.body, masking))),
	];
	const outcome = isForbidden(answer)
		? 'not allowed'
		: isNo
			? 'fails'
			: objections.length > 0
				? 'differs'
				: rows === 0
					? 'empty'
					: 'works';
	return {
		id: endpoint.id,
		path: endpoint.path,
		status: answer.status,
		seconds: Math.round(answer.ms / 100) / 10,
		outcome,
		...(rows !== undefined && { rows }),
		objections,
		furtherFields:
			isNo || typeof answer.body === 'string' ? [] : furtherFields(answer.body, words, masking),
	};
}

const ORDER = ['not allowed', 'fails', 'differs', 'works', 'empty'] as const;

function domainReports(material: Material): DomainReport[] {
	const { survey } = material;
	const words = survey.document.words();
	const byDomain = Map.groupBy(
		survey.document.endpoints.filter(({ method }) => method === 'GET'),
		({ domain }) => domain,
	);
	return [...byDomain].map(([domain, endpoints]) => {
		const asked = endpoints.filter(({ id }) => survey.answers.has(id));
		const reports = asked.map((endpoint) =>
			endpointReport(endpoint, survey.answers.get(endpoint.id)!, material, words),
		);
		const count = (outcome: EndpointReport['outcome']) =>
			reports.filter((each) => each.outcome === outcome).length;
		const outcome = ORDER.find((each) =>
			each === 'not allowed' || each === 'empty'
				? reports.length > 0 && count(each) === reports.length
				: count(each) > 0,
		);
		return {
			domain,
			outcome: outcome ?? 'not requested',
			works: count('works'),
			differs: count('differs'),
			notAllowed: count('not allowed'),
			empty: count('empty'),
			fails: count('fails'),
			notAsked: endpoints
				.filter(({ id }) => !survey.answers.has(id))
				.map(
					({ id, path }) => `${path}: ${survey.skipped.get(id) ?? 'the doctor ended before it'}`,
				),
			endpoints: reports,
		};
	});
}

function findingOf(name: SwitchName, material: Material): Finding {
	const { points, switches, findings, hasWritten } = material;
	const point = points[name] as Point;
	const { about, readings } = switches[name];
	const base = { switch: name, about, tells: point.tells };
	const found = findings[name];
	if (!found || !('fits' in found)) {
		const why =
			found?.why ??
			(point.by === 'nothing'
				? point.tells
				: point.by === 'writing' && !hasWritten
					? NEEDS_WRITE
					: 'not tried');
		return { ...base, readings: [], differs: false, why };
	}
	const fitting: string[] = found.fits;
	const differs = !fitting.includes(readings[0]);
	const consequences = fitting.map((reading) => point.otherwise[reading]).filter(Boolean);
	return {
		...base,
		readings: fitting,
		differs,
		...(differs && {
			package: [...new Set(consequences.map(({ text }) => text))].join('; or: '),
			isRight: consequences.every(({ isRight }) => isRight),
		}),
		...(!differs && fitting.length > 1 && { why: 'the responses do not show which' }),
	};
}

function statusesOf({ survey, masking }: Material): Report['statuses'] {
	const lists: Report['statuses'] = {};
	for (const [id, answers] of survey.answers) {
		const { rows: documented } = survey.document.get(id);
		for (const answer of answers) {
			for (const row of (documented && rowsOf(answer, documented)) || []) {
				if (!('status' in row)) continue;
				const counts = (lists[id] ??= {});
				const word = masking.state(row.status);
				counts[word] = (counts[word] ?? 0) + 1;
			}
		}
	}
	return lists;
}

/** Headers whose values are numbers of limits. */
const LIMITS = /^(x-)?rate-?limit|^retry-after$/;
const SERVERS = /^(cloudflare|nginx|uvicorn|gunicorn|envoy|google frontend|vercel|istio-envoy)\b/i;
const TYPES = [
	'application/json',
	'text/plain',
	'text/html',
	'text/calendar',
	'application/octet-stream',
];
/** Names of headers are the server's, as long as they look like those of one. */
const HEADER = /^[a-z][a-z-]{1,30}$/;

function headersOf({ survey }: Material): Report['headers'] {
	const headers: Report['headers'] = {};
	const types = new Set<string>();
	for (const answers of survey.answers.values()) {
		for (const answer of answers) {
			for (const [name, value] of Object.entries(answer.headers)) {
				if (!HEADER.test(name)) continue;
				headers[name] ??= '';
				if (LIMITS.test(name) && /^\d{1,9}$/.test(value)) headers[name] = value;
				if (name === 'server') headers[name] = SERVERS.exec(value)?.[0].toLowerCase() ?? '';
			}
			if (TYPES.includes(answer.type)) types.add(answer.type);
		}
	}
	return { ...headers, 'content-type': [...types].sort().join(', ') };
}

const KNOWN_HOSTS = ['api.kallyai.com', '127.0.0.1', 'localhost'];

/** Everything that was found out, without anything that tells of a person: of bodies only names and words known beforehand. */
export function makeReport(material: Material): Report {
	const { survey, switches, steps, stopped } = material;
	const { client } = survey;
	const findings = (Object.keys(switches) as SwitchName[]).map((name) => findingOf(name, material));
	const { hostname, origin } = new URL(client.baseUrl);
	return {
		made: new Date(client.clock.now()).toISOString().slice(0, 10),
		baseUrl: KNOWN_HOSTS.includes(hostname) ? origin : '<another URL>',
		requests: client.sent,
		...(stopped !== undefined && { stopped: stopped.replaceAll(client.baseUrl, 'KallyAI') }),
		steps,
		domains: domainReports(material),
		differences: findings.filter(({ differs }) => differs),
		asExpected: findings.filter(
			({ differs, readings, why }) => !differs && readings.length > 0 && why === undefined,
		),
		open: findings.filter(({ differs, why }) => !differs && why !== undefined),
		statuses: statusesOf(material),
		headers: headersOf(material),
	};
}
