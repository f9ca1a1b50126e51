import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { anyFreePort } from '../lib/ports.mts';
import { makeCertificate } from './certificate.mts';
import { openGate } from './gate.mts';
import { startN8n, type N8nOptions, type RunningN8n } from './server.mts';

/**
 * Starts n8n behind a gate that listens on its port. n8n itself listens on another one with a certificate of this start:
 * a browser that finds it does not get past the handshake.
 */
export async function startGuardedN8n(options: N8nOptions): Promise<RunningN8n> {
	const { key, certificate } = await makeCertificate();
	const folder = join(options.userFolder, 'tls');
	const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await writeFile(files.key, key, { mode: 0o600 });
	await writeFile(files.certificate, certificate, { mode: 0o600 });

	const port = await anyFreePort();
	const gate = await openGate(options.port, { port, certificate });
	try {
		const n8n = await startN8n({ ...options, inner: { port, ...files } });
		return {
			...n8n,
			async stop() {
				await n8n.stop();
				await gate.close();
			},
			async kill() {
				await n8n.kill();
				await gate.close();
			},
		};
	} catch (error) {
		await gate.close();
		throw error;
	}
}
