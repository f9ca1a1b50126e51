import { flag, integer, json, locator, text } from '../../shared/fields/kinds';
import { get, post, put, remove, type Resource } from '../table/operation';
import { labelled } from '../../shared/transport/rows';

const ruleId = locator('ruleId', 'inboundRule', {
	required: true,
	description: 'The routing rule, chosen from the list or given by its ID',
});

const NAME = { placeholder: 'e.g. VIP callers', description: 'Name of the rule' };
const ACTION = {
	placeholder: 'e.g. transfer',
	description: 'What happens to a call that meets the rule, such as transfer',
};

const ruleOptions = [
	json('actionConfig', {
		description: 'Settings of the action as JSON, such as {"target": "+15550100"} for transfer',
	}),
	json('conditions', {
		description: 'What a call has to meet as JSON, such as {"caller_vip": true}',
	}),
	flag('isActive', {
		displayName: 'Active',
		default: true,
		description: 'Whether the rule is in force',
	}),
	integer('priority', {
		default: 100,
		description: 'Place among the rules; presumably the smaller number is tried first',
	}),
];

export const inboundRule: Resource = {
	name: 'Inbound Rule',
	description: 'Rules that say what happens to inbound calls',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many inbound rules',
			description: 'Get many routing rules, ordered by priority',
			request: get('/v1/inbound/rules'),
			list: { rows: 'rules', label: labelled('name', 'action') },
		},
		create: {
			name: 'Create',
			action: 'Create inbound rule',
			description: 'Create a routing rule, which acts on real inbound calls while it is active',
			request: post('/v1/inbound/rules'),
			fields: [
				text('name', { required: true, ...NAME }),
				text('action', { required: true, ...ACTION }),
				...ruleOptions,
			],
		},
		delete: {
			name: 'Delete',
			action: 'Delete inbound rule',
			description: 'Delete a routing rule for good; inbound calls are no longer routed by it',
			request: remove('/v1/inbound/rules/{ruleId}'),
			fields: [ruleId],
		},
		update: {
			name: 'Update',
			action: 'Update inbound rule',
			description:
				'Change a routing rule. Only the fields you add are sent, and KallyAI may reset the others.',
			request: put('/v1/inbound/rules/{ruleId}'),
			notice:
				'Only the fields you add are sent, and KallyAI may reset the others: read the rule first and send all that has to stay.',
			fields: [ruleId, text('name', NAME), text('action', ACTION), ...ruleOptions],
		},
	},
};
