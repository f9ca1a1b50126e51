// npm run scan: n8n's verification scanner on the sources and on what would be published, as n8n runs it after publishing.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pack, unpack } from './lib/pack.mts';
import { CACHE, ROOT } from './lib/paths.mts';

interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage(
		folder: string,
		patterns: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}

/** The scanner's patterns for the published package; it does not export these. */
const PUBLISHED_FILE_PATTERNS = ['**/*.js', 'package.json'];

// The scanner has no types of its own; a specifier that is not a literal keeps the compiler from looking for them.
const SCANNER: string = '@n8n/scan-community-package/scanner/scanner.mjs';
const { analyzePackage, SOURCE_FILE_PATTERNS } = (await import(SCANNER)) as Scanner;

async function scan(what: string, folder: string, patterns: string[]): Promise<boolean> {
	const { passed, message, details } = await analyzePackage(folder, patterns);
	console.log(`${what}: ${passed ? 'passed' : `failed (${message})`}`);
	if (details) console.log(details);
	return passed;
}

const { tarball } = await pack();
const published = await mkdtemp(join(CACHE, 'scan-'));
try {
	await unpack(tarball, published);
	const passed = [
		await scan('sources', ROOT, SOURCE_FILE_PATTERNS),
		await scan('published package', published, PUBLISHED_FILE_PATTERNS),
	];
	process.exitCode = passed.every(Boolean) ? 0 : 1;
} finally {
	await rm(published, { recursive: true, force: true });
}
