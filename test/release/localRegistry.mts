import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { join } from 'node:path';
import axios from 'axios';
import { ensureInstalled } from '../../tools/lib/install.mjs';
import { CACHE, logFile } from '../../tools/lib/paths.mts';
import { anyFreePort, LOOPBACK } from '../../tools/lib/ports.mts';
import { startServer } from '../../tools/lib/processes.mts';
import type { UndoList } from '../../tools/lib/undoList.mts';
import { makeCertificate } from '../../tools/n8n/certificate.mts';
import { layManifest, pathWithNode } from '../../tools/n8n/host.mts';

const PROGRAM = join(CACHE, 'registry');

/** npm's registry, whose place the local one takes. */
export const NPM_REGISTRY = 'registry.npmjs.org';

/** An npm registry on this machine that knows nothing but what is published to it. */
export interface LocalRegistry {
	port: number;
	url: string;
	/** The file with its certificate, in PEM. */
	certificate: string;
	/** Settings of npm for who may publish. */
	npmrc: string;
	/** Downloads a file. */
	download(path: string): Promise<Buffer>;
}

/** Installs Verdaccio unless it is there and starts it with its data in a folder. */
export async function startRegistry(folder: string, undo: UndoList): Promise<LocalRegistry> {
	await layManifest(join(import.meta.dirname, 'registry'), PROGRAM);
	await ensureInstalled({
		folder: PROGRAM,
		name: 'the local registry',
		hint: 'first time only: 65 MB',
		builds: {},
		env: { ...process.env, PATH: pathWithNode() },
		logs: join(CACHE, 'logs'),
	});
	const made = await makeCertificate([NPM_REGISTRY]);
	const files = { key: join(folder, 'key.pem'), cert: join(folder, 'certificate.pem') };
	await mkdir(folder, { recursive: true });
	await writeFile(files.key, made.key, { mode: 0o600 });
	await writeFile(files.cert, made.certificate);
	const settings = {
		storage: join(folder, 'storage'),
		auth: { htpasswd: { file: join(folder, 'users') } },
		packages: { '**': { access: '$all', publish: '$authenticated' } },
		https: files,
		web: { enable: false },
		log: { type: 'stdout', format: 'json', level: 'http' },
	};
	const file = join(folder, 'config.yaml');
	// JSON is YAML.
	await writeFile(file, JSON.stringify(settings));
	const port = await anyFreePort();
	const url = `https://${LOOPBACK}:${port}`;
	const http = axios.create({
		baseURL: url,
		proxy: false,
		httpsAgent: new Agent({ ca: made.certificate }),
	});
	const { server } = await startServer({
		name: 'the local registry',
		command: process.execPath,
		args: [
			join(PROGRAM, 'node_modules', 'verdaccio', 'bin', 'verdaccio'),
			'--config',
			file,
			'--listen',
			url,
		],
		cwd: folder,
		env: { ...process.env, HOME: folder },
		log: logFile('registry'),
		ready: async () =>
			await http.get('/-/ping').then(
				() => true as const,
				() => undefined,
			),
	});
	undo.add(server.stop);
	const user = { name: 'releaser', password: 'only-for-the-rehearsal' };
	const { data } = await http.put<{ token: string }>(`/-/user/org.couchdb.user:${user.name}`, user);
	return {
		port,
		url,
		certificate: files.cert,
		npmrc: `//${LOOPBACK}:${port}/:_authToken=${data.token}\n`,
		async download(path) {
			const answer = await http.get<ArrayBuffer>(path, { responseType: 'arraybuffer' });
			return Buffer.from(answer.data);
		},
	};
}

/** The value of each output that a job of GitHub Actions has written. */
export async function readOutputs(file: string): Promise<Record<string, string>> {
	const lines = (await readFile(file, 'utf8')).trim().split('\n');
	return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}
