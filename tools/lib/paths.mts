import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Everything the tools write: git-ignored, safe to delete at any time. */
export const CACHE = join(ROOT, '.cache');

/** What a release consists of. Not below the cache: hidden folders are left out of the artifacts of GitHub Actions. */
export const RELEASE = join(ROOT, 'release');

/** The manifest and lockfile of the real n8n; those of older ones are in folders below, named by their version. */
export const HOST_MANIFEST = join(ROOT, 'host');

/**
 * Where the real n8n is installed, older ones beside it. Not beside its manifest: n8n-node's build copies the icons of
 * every folder below the root into the package, save those whose name begins with a dot.
 */
export const HOST = join(CACHE, 'host');

/**
 * n8n's user folders. n8n unpacks its editor there, and the strict lint, whose configuration may not be changed,
 * passes over folders of this name only.
 */
export const USER_FOLDERS = join(CACHE, 'node_modules');

/** The importable example workflows. */
export const EXAMPLES = join(ROOT, 'examples');

/** A program that the root dependencies bring along. */
export const binary = (name: string): string => join(ROOT, 'node_modules', '.bin', name);

/** Where the output of a tool or server is kept. */
export const logFile = (name: string): string => join(CACHE, 'logs', `${name}.log`);
