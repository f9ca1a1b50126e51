import { join } from 'node:path';
import { CACHE } from '../lib/paths.mts';
import { LOOPBACK } from '../lib/ports.mts';
import { CURRENT_HOST, pathWithNode, type Host } from './host.mts';

/** Modules that phone home, install packages at start or only cost memory here. */
const DISABLED_MODULES = [
	'agents',
	'breaking-changes',
	'chat-hub',
	'external-secrets',
	'favorites',
	'insights',
	'instance-ai',
	'instance-version-history',
	'ldap',
	'log-streaming',
	'mcp',
	'mcp-registry',
	'otel',
	'quick-connect',
	'source-control',
	'sso-oidc',
	'sso-saml',
	'token-exchange',
	'workflow-builder',
];

/** Settings of the user's own n8n, or of the npm that runs us, must not leak into this one. */
const FOREIGN = /^(N8N_|DB_|QUEUE_|EXECUTIONS_|WEBHOOK_|CREDENTIALS_|npm_|NODE_OPTIONS$|INIT_CWD$)/;

/** Where an n8n process keeps its data and listens. */
export interface N8nPlace {
	/** n8n keeps its `.n8n` folder in here. */
	userFolder: string;
	port: number;
	/** The port on which n8n serves its task runner. */
	brokerPort: number;
	/** Which n8n it is; the current one by default. */
	host?: Host;
	/** Where n8n itself listens when something else listens on `port`: over TLS, with these files in PEM. */
	inner?: { port: number; key: string; certificate: string };
}

/** The address at which an n8n on this port is reached. */
export const n8nUrl = (port: number): string => `http://${LOOPBACK}:${port}`;

/** Where an n8n's nodes may read and write files: beside its data, not in somebody's home folder. */
export const filesFolder = (userFolder: string): string => join(userFolder, 'files');

/** The whole environment of an n8n process that stays on loopback and calls nobody. `extra` wins. */
export function n8nEnvironment(
	place: N8nPlace,
	extra: Record<string, string> = {},
): NodeJS.ProcessEnv {
	const { node, env } = place.host ?? CURRENT_HOST;
	const { inner } = place;
	const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
	return {
		...Object.fromEntries(own),
		PATH: pathWithNode(node),
		// Starts of the same n8n share what Node compiled.
		NODE_COMPILE_CACHE: join(CACHE, 'compiled'),
		// As in n8n's own image: elsewhere it reads the templates of its forms again for each page, and no file is cached.
		NODE_ENV: 'production',
		NO_COLOR: '1',
		NO_PROXY: LOOPBACK,
		no_proxy: LOOPBACK,
		DO_NOT_TRACK: '1',
		SCARF_ANALYTICS: 'false',
		N8N_USER_FOLDER: place.userFolder,
		N8N_RESTRICT_FILE_ACCESS_TO: filesFolder(place.userFolder),
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		N8N_PROTOCOL: 'http',
		N8N_HOST: LOOPBACK,
		N8N_LISTEN_ADDRESS: LOOPBACK,
		N8N_PORT: String(inner?.port ?? place.port),
		N8N_RUNNERS_BROKER_PORT: String(place.brokerPort),
		N8N_SECURE_COOKIE: 'false',
		// Decides the redirect address of OAuth2.
		N8N_EDITOR_BASE_URL: n8nUrl(place.port),
		WEBHOOK_URL: `${n8nUrl(place.port)}/`,
		N8N_DISABLED_MODULES: DISABLED_MODULES.join(','),
		N8N_AI_ENABLED: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_MCP_ACCESS_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		...(inner && {
			N8N_PROTOCOL: 'https',
			N8N_SSL_KEY: inner.key,
			N8N_SSL_CERT: inner.certificate,
		}),
		...env,
		...extra,
	};
}
