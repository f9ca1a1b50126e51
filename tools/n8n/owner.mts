import type { Owner } from './client.mts';

/** The person to whom every n8n belongs that is started here. */
export const OWNER: Owner = {
	email: 'owner@kallyai-nodes.example',
	firstName: 'Kally',
	lastName: 'Owner',
	password: 'Sandbox-2026',
};
