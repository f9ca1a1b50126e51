import { get, type Resource } from '../table/operation';

export const notification = {
	name: 'Notification',
	description: 'What is waiting for you in KallyAI',
	operations: {
		getPending: {
			name: 'Get Pending',
			action: 'Get pending notifications',
			description: 'Get the actions, goals and messages waiting for you, in one item',
			request: get('/v1/notifications/pending'),
			notice: 'Each list may be truncated. Its count is complete.',
		},
	},
} satisfies Resource;
