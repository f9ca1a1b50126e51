import { textTable } from '../lib/textTable.mts';
import {
	NEEDS_WRITE,
	type DomainReport,
	type EndpointReport,
	type Finding,
	type Report,
} from './report.mts';

const HEAD = [
	'Domain',
	'Result',
	'Works',
	'Differs',
	'Not allowed',
	'Empty',
	'Fails',
	'Not requested',
];

const row = ({ domain, outcome, ...counts }: DomainReport) => [
	domain,
	outcome,
	counts.works,
	counts.differs,
	counts.notAllowed,
	counts.empty,
	counts.fails,
	counts.notAsked.length,
];

const alternatives = ({ readings }: Finding) => readings.map((each) => `"${each}"`).join(' or ');

const verdict = ({ isRight }: Finding) => (isRight ? 'works' : 'FAILS');

/** Lines of a list on the screen; the report has the others. */
const MOST_LINES = 12;

const shortened = (lines: string[]) =>
	lines.length <= MOST_LINES
		? lines
		: [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} more in the report`];

function firstObjection({ path, objections: [first, ...others] }: EndpointReport): string {
	return `${path}: ${first}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
}

/** Whether the run ended before anything was found out. */
export const isEmpty = ({ domains, differences }: Report): boolean =>
	differences.length === 0 && domains.every(({ outcome }) => outcome === 'not requested');

/** What the person reads at the end of a run. */
export function summary(report: Report): string {
	const ending = report.stopped === undefined ? [] : ['', `Ended early: ${report.stopped}`];
	if (isEmpty(report)) return ending.join('\n');
	const { domains, differences, asExpected, open, requests } = report;
	const objections = objectionsOf(domains);
	const wrong = differences.filter(({ isRight }) => !isRight);
	const fine = differences.filter(({ isRight }) => isRight);
	const waiting = open.filter(({ why }) => why === NEEDS_WRITE).length;
	const forWrite = waiting > 0 ? `, ${waiting} of them only with --write` : '';
	const part = (title: string, lines: string[]) =>
		lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
	return [
		'',
		textTable(HEAD, domains.map(row)),
		...part('Responses that are not as documented:', shortened(objections.map(firstObjection))),
		...part(
			'The package would fail here:',
			wrong.map((each) => `${each.package} (${each.about}: ${alternatives(each)})`),
		),
		...part(
			'Not as expected, but the package handles it:',
			shortened(fine.map((each) => `${each.about}: ${alternatives(each)}. ${each.package}`)),
		),
		'',
		`${requests} requests. ${asExpected.length} points are as expected, ${differences.length} are not, ${open.length} could not be determined${forWrite}.`,
		...ending,
	].join('\n');
}

function objectionsOf(domains: DomainReport[]): EndpointReport[] {
	return domains.flatMap(({ endpoints }) =>
		endpoints.filter(({ objections }) => objections.length > 0),
	);
}

const cell = (text: string | number) => String(text).replaceAll('|', '\\|');
const table = (head: string[], rows: Array<Array<string | number>>) => [
	`| ${head.join(' | ')} |`,
	`| ${head.map(() => '---').join(' | ')} |`,
	...rows.map((cells) => `| ${cells.map(cell).join(' | ')} |`),
];

/** The report to be sent to the maintainers. */
export function markdown(report: Report): string {
	const { domains, differences, asExpected, open, statuses, headers } = report;
	const endpoints = domains.flatMap((domain) => domain.endpoints);
	const section = (title: string, lines: string[]) => ['', `## ${title}`, '', ...lines];
	return [
		'# Doctor report',
		'',
		`${report.made}, ${report.baseUrl}, ${report.requests} requests. This report contains no names, numbers,`,
		'addresses, texts, IDs or tokens. Of the responses it has only types, counts and documented words.',
		...(report.stopped === undefined ? [] : ['', `**Ended early:** ${report.stopped}`]),
		...(report.steps.length === 0
			? []
			: section(
					'Tried with --write',
					report.steps.map((step) => `- ${step}`),
				)),
		...section('Domains', table(HEAD, domains.map(row))),
		...section(
			'Not as the package expects',
			differences.length === 0
				? ['Nothing.']
				: table(
						['Point', 'docs/api.md', 'Found', 'Verdict', 'What the package does'],
						differences.map((each) => [
							each.switch,
							each.about,
							alternatives(each),
							verdict(each),
							each.package ?? '',
						]),
					),
		),
		...section(
			'As expected',
			asExpected.map((each) => `- ${each.switch} (${each.about}): ${alternatives(each)}`),
		),
		...section(
			'Open',
			open.map((each) => `- ${each.switch} (${each.about}): ${each.why}`),
		),
		...section(
			'Endpoints',
			table(
				['Path', 'Status', 'Seconds', 'Result', 'Rows', 'Not as documented', 'Additional fields'],
				endpoints.map((each) => [
					each.path,
					each.status,
					each.seconds,
					each.outcome,
					each.rows ?? '',
					each.objections.join('; '),
					each.furtherFields.join(', '),
				]),
			),
		),
		...section(
			'Not requested',
			domains.flatMap(({ notAsked }) => notAsked.map((each) => `- ${each}`)),
		),
		...section(
			'Statuses',
			Object.entries(statuses).map(
				([list, counts]) =>
					`- ${list}: ${Object.entries(counts)
						.map(([word, count]) => `${word} (${count})`)
						.join(', ')}`,
			),
		),
		...section(
			'Headers',
			Object.entries(headers).map(([name, value]) => `- ${name}${value && `: ${value}`}`),
		),
		'',
	].join('\n');
}
