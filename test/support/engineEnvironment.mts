import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// n8n-core reads these while it is loaded, so this module is imported before it.
process.env.N8N_ENCRYPTION_KEY ??= 'only-for-tests-only-for-tests-32';
process.env.N8N_LOG_LEVEL ??= 'silent';
process.env.N8N_USER_FOLDER ??= mkdtempSync(path.join(tmpdir(), 'n8n-engine-'));
