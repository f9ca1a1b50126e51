import { SWITCHES, type SwitchName } from '../../sandbox/worlds.mts';
import type { Answer, Client } from './client.mts';
import { apiDocument, type Endpoint } from './document.mts';
import { Masking } from './masking.mts';
import { POINTS } from './points.mts';
import { fits, type AnyFound, type Findings } from './probe.mts';
import { PROBES } from './probes/index.mts';
import { isRefused, isTurnedAway } from './reading.mts';
import { makeReport, type Report } from './report.mts';
import { STEPS } from './steps/index.mts';
import type { Bench } from './steps/step.mts';
import { Stop } from './stop.mts';
import { Survey } from './survey.mts';

export interface Order {
	client: Client;
	refreshToken?: string;
	/** The own number, where --write was asked for. */
	ownNumber?: string;
	/** Tells the person what goes on, a line at a time. */
	say: (line: string) => void;
	/** Asks the person whether something may be done. */
	ask: (question: string) => Promise<boolean>;
	newKey: () => string;
}

const SIGN_IN_REFUSED =
	'KallyAI does not accept the access token (401). Tokens are valid for an hour: copy new ones in the KallyAI app under Settings, Developer, API Tokens, or run the doctor with --sign-in.';
const TURNED_AWAY =
	'Something in front of KallyAI refuses clients by their name: it responded with 403 and an HTML page. The node sends the same name, so it would be refused as well. Please send the report to the maintainers, and ask KallyAI’s support to allow "n8n-nodes-kallyai".';

/** The Stop that an error is; anything else is a fault of the doctor. */
function named(error: unknown): Stop {
	if (error instanceof Stop) return error;
	throw error;
}

type Found = Partial<Record<SwitchName, AnyFound>>;

/** Merges what a later look found; what was seen for certain stays over what was not. */
function merge(findings: Found, more: Found): void {
	for (const [name, found] of Object.entries(more)) {
		const before = findings[name as SwitchName];
		const isBetter =
			!before ||
			!('fits' in before) ||
			('fits' in found && found.fits.length <= before.fits.length);
		if (isBetter) findings[name as SwitchName] = found;
	}
}

/** What a look finds; nothing where an answer has a form that it was not made for. */
async function guarded(look: () => Promise<Found>): Promise<Found> {
	try {
		return await look();
	} catch (error) {
		if (error instanceof TypeError) return {};
		throw named(error);
	}
}

async function read(survey: Survey, say: Order['say']): Promise<void> {
	const total = survey.document.endpoints.filter(({ method }) => method === 'GET').length;
	let done = 0;
	let domain = '';
	await survey.readAll((endpoint: Endpoint, answer: Answer) => {
		done += 1;
		if (endpoint.domain !== domain) say(`  ${endpoint.domain} …`);
		domain = endpoint.domain;
		if (isRefused(answer)) say(`    ${endpoint.path}: ${answer.status}`);
		if (done % 20 === 0) say(`  (${done} of about ${total} endpoints read)`);
	});
}

/** Tries the sign-in; throws a Stop where it does not do. */
async function checkSignIn(survey: Survey, findings: Findings): Promise<void> {
	const open = await survey.get('credit.getCosts');
	if (isTurnedAway(open)) {
		findings.userAgents = fits('known ones');
		throw new Stop(TURNED_AWAY);
	}
	const { status } = await survey.get('credit.getBalance');
	if (status === 401) throw new Stop(SIGN_IN_REFUSED);
}

/** Examines the service; a Stop on the way ends it early and is told in the report. */
export async function examine(order: Order): Promise<Report> {
	const { client, refreshToken, ownNumber, say, ask, newKey } = order;
	const document = apiDocument();
	const survey = new Survey(client, document, say);
	const findings: Findings = {};
	const steps: string[] = [];
	let stopped: string | undefined;
	try {
		say('Checking the sign-in …');
		await checkSignIn(survey, findings);
		say('Reading everything that can be read …');
		await read(survey, say);
		say('Checking what is not known for certain …');
		for (const [name, probe] of Object.entries(PROBES)) {
			merge(findings as Found, await guarded(async () => ({ [name]: await probe(survey) })));
		}
		if (ownNumber) {
			const bench: Bench = {
				survey,
				ownNumber,
				...(refreshToken && { refreshToken }),
				findings,
				say,
				newKey,
			};
			for (const step of STEPS) {
				if (step.isOf?.(bench) === false) continue;
				const question = `Next: ${step.does}.\n  What remains: ${step.leaves}\n  Continue?`;
				if (!(await ask(question))) continue;
				say(`${step.does} …`);
				steps.push(step.does);
				merge(findings as Found, await guarded(async () => await step.run(bench)));
			}
		}
	} catch (error) {
		stopped = named(error).message;
	}
	return makeReport({
		survey,
		findings,
		points: POINTS,
		switches: SWITCHES,
		masking: new Masking(document),
		steps,
		hasWritten: ownNumber !== undefined,
		stopped,
	});
}
