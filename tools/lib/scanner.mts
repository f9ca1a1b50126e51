import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from './pack.mts';
import { ROOT } from './paths.mts';

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

/** Whether n8n's verification scanner finds nothing in the sources; says what it finds. */
export async function scanSources(): Promise<boolean> {
	return await scan('sources', ROOT, SOURCE_FILE_PATTERNS);
}

/** The same for a packed package, as n8n does it after publishing. */
export async function scanTarball(tarball: string): Promise<boolean> {
	const folder = await mkdtemp(join(tmpdir(), 'scan-'));
	try {
		await unpack(tarball, folder);
		return await scan('published package', folder, PUBLISHED_FILE_PATTERNS);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
