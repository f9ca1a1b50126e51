import { get, type Resource } from '../table/operation';

export const notification = {
	name: 'Notification',
	description: 'What waits for you at KallyAI',
	operations: {
		getPending: {
			name: 'Get Pending',
			action: 'Get what is pending',
			description: 'Get the actions, goals and messages that wait for you, in one item',
			request: get('/v1/notifications/pending'),
			notice: 'Each list may be cut short; its count is complete.',
		},
	},
} satisfies Resource;
