import { choice, locator } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { get, list, post, type Resource } from '../table/operation';

export const action = {
	name: 'Action',
	description: 'Log of what the assistant has done for you',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many actions',
			description: 'Get many actions of the assistant, optionally filtered by type',
			request: get('/v1/actions/log'),
			answer: list({
				rows: 'actions',
				pageSize: 0,
				label: labelled('description', 'type', 'created_at'),
			}),
			fields: [
				choice(
					'type',
					{
						calendar: 'Calendar',
						booking: 'Booking',
						bill: 'Bill',
						ride: 'Ride',
						food: 'Food',
						errand: 'Errand',
						email: 'Email',
					},
					{ displayName: 'Action Type', description: 'Only return actions of this type' },
				),
			],
		},
		undo: {
			name: 'Undo',
			action: 'Undo action',
			description: 'Undo an action that is marked as undoable',
			request: post('/v1/actions/{actionId}/undo'),
			fields: [
				locator('actionId', 'action', {
					required: true,
					what: 'The action',
					from: 'log',
				}),
			],
		},
	},
} satisfies Resource;
