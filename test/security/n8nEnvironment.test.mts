import { n8nEnvironment, type N8nPlace } from '../../tools/n8n/environment.mts';

const place: N8nPlace = { userFolder: '/data', port: 5678, brokerPort: 5679 };

const CLOSED = {
	N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_RESTRICT_FILE_ACCESS_TO: '/data/files',
};

test('n8n keeps its settings to itself, installs nothing and listens on this machine only', () => {
	expect(n8nEnvironment(place)).toMatchObject(CLOSED);
});

test('what the user has set for an n8n of their own does not open this one', () => {
	const own = Object.fromEntries(Object.keys(CLOSED).map((name) => [name, 'own']));
	const before = { ...process.env };
	Object.assign(process.env, own, { N8N_INSECURE_DISABLE_FORM_HTML_SANDBOX: 'true' });
	const environment = n8nEnvironment(place);
	process.env = before;
	expect(environment).toMatchObject(CLOSED);
	expect(environment).not.toHaveProperty('N8N_INSECURE_DISABLE_FORM_HTML_SANDBOX');
});

test('behind a gate n8n itself takes TLS only, and is known by the address of the gate', () => {
	const inner = { port: 40_000, key: '/data/key.pem', certificate: '/data/certificate.pem' };
	expect(n8nEnvironment({ ...place, inner })).toMatchObject({
		N8N_PORT: '40000',
		N8N_PROTOCOL: 'https',
		N8N_SSL_KEY: inner.key,
		N8N_SSL_CERT: inner.certificate,
		N8N_EDITOR_BASE_URL: 'http://127.0.0.1:5678',
		WEBHOOK_URL: 'http://127.0.0.1:5678/',
	});
});
