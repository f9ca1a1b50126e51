import { flag, integer, json, locator, text, word } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { MAY_RESET } from '../table/answers';
import { get, list, post, put, remove, type Resource } from '../table/operation';

const ruleId = locator('ruleId', 'inboundRule', {
	required: true,
	what: 'The routing rule',
});

const RULES = '/v1/inbound/rules';
const RULE = `${RULES}/{ruleId}`;

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

export const inboundRule = {
	name: 'Inbound Rule',
	description: 'Rules that say what happens to inbound calls',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many inbound rules',
			description: 'Get many routing rules, ordered by priority',
			request: get(RULES),
			answer: list({ rows: 'rules', label: labelled('name', 'action') }),
		},
		create: {
			name: 'Create',
			action: 'Create inbound rule',
			description: 'Create a routing rule, which acts on real inbound calls while it is active',
			request: post(RULES),
			fields: [
				text('name', { required: true, ...NAME }),
				word('action', { required: true, ...ACTION }),
				...ruleOptions,
			],
		},
		delete: {
			name: 'Delete',
			action: 'Delete inbound rule',
			description: 'Delete a routing rule for good; inbound calls are no longer routed by it',
			request: remove(RULE),
			fields: [ruleId],
		},
		update: {
			name: 'Update',
			action: 'Update inbound rule',
			description: `Change a routing rule. ${MAY_RESET}.`,
			request: put(RULE),
			notice: `${MAY_RESET}: read the rule first and send all that has to stay.`,
			fields: [
				ruleId,
				text('name', { ...NAME, clearable: false }),
				word('action', ACTION),
				...ruleOptions,
			],
		},
	},
} satisfies Resource;
