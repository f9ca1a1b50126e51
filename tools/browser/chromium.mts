import { chromium, selectors, type BrowserContext } from 'playwright-core';
import { installPackages, pathOf } from '../lib/debian.mts';
import { LOOPBACK } from '../lib/ports.mts';
import type { UndoList } from '../lib/undoList.mts';
import type { N8nClient } from '../n8n/client.mts';

const CHROMIUM = 'chromium';
/** Programs that do, where there is no Chromium. */
const OTHERS = ['google-chrome-stable', 'google-chrome'];
const PATIENCE_MS = 60_000;

/** The size of the window: the least at which the editor cuts nothing of its own off. */
const VIEWPORT = { width: 1440, height: 900 };

/** A site of somebody else, as far as the browser knows; it is on this machine. */
export const OTHER_SITE = 'other-site.example';

/** Nothing leaves the machine, and root may run it. */
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-dev-shm-usage',
	'--autoplay-policy=no-user-gesture-required',
	`--host-resolver-rules=MAP ${OTHER_SITE} ${LOOPBACK} , MAP * ~NOTFOUND , EXCLUDE ${LOOPBACK}`,
];

/** Nobody has to wait until a list has faded in. */
const WITHOUT_MOTION = `
	const sheet = new CSSStyleSheet();
	sheet.replaceSync('*, ::before, ::after { transition: none !important; animation: none !important }');
	document.adoptedStyleSheets.push(sheet);
`;

async function findBrowser(): Promise<string | undefined> {
	const found = await Promise.all([CHROMIUM, ...OTHERS].map(pathOf));
	return found.find((path) => path !== undefined);
}

/** Where the browser is; installs Debian's Chromium where there is none. */
async function ensureBrowser(): Promise<string> {
	const present = await findBrowser();
	if (present !== undefined) return present;
	await installPackages('The test in a browser', [CHROMIUM]);
	const installed = await findBrowser();
	if (installed === undefined) throw new Error(`There is no ${CHROMIUM} although it was installed`);
	return installed;
}

/** Starts the browser with the session of a client that is signed in. */
export async function startBrowser(client: N8nClient, undo: UndoList): Promise<BrowserContext> {
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({
		executablePath: await ensureBrowser(),
		args: ARGUMENTS,
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
	});
	undo.add(async () => await browser.close());
	const context = await browser.newContext({
		viewport: VIEWPORT,
		colorScheme: 'light',
		reducedMotion: 'reduce',
		locale: 'en-GB',
		timezoneId: 'Europe/London',
	});
	context.setDefaultTimeout(PATIENCE_MS);
	const { hostname } = new URL(client.url);
	await context.addCookies(
		[...client.cookies].map(([name, value]) => ({
			name,
			value,
			domain: hostname,
			path: '/',
			httpOnly: true,
		})),
	);
	await context.addInitScript({ content: WITHOUT_MOTION });
	// n8n binds a session's cookies to this id.
	await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), client.browserId);
	return context;
}
