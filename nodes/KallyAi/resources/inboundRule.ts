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
	description: 'What happens to a call that matches the rule, such as transfer',
};

const ruleOptions = [
	json('actionConfig', {
		description: 'Settings of the action as JSON, such as {"target": "+15550100"} for transfer',
	}),
	json('conditions', {
		description: 'Conditions a call must meet as JSON, such as {"caller_vip": true}',
	}),
	flag('isActive', {
		displayName: 'Active',
		default: true,
		description: 'Whether the rule is active',
	}),
	integer('priority', {
		default: 100,
		description: 'Position of the rule among the others',
	}),
];

export const inboundRule = {
	name: 'Inbound Rule',
	description: 'Routing rules for inbound calls',
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
			description: 'Create a routing rule. It affects real inbound calls while it is active.',
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
			description: 'Permanently delete a routing rule. Inbound calls are no longer routed by it.',
			request: remove(RULE),
			fields: [ruleId],
		},
		update: {
			name: 'Update',
			action: 'Update inbound rule',
			description: `Update a routing rule. ${MAY_RESET}.`,
			request: put(RULE),
			notice: `${MAY_RESET}: get the rule first and send everything that should stay.`,
			fields: [
				ruleId,
				text('name', { ...NAME, clearable: false }),
				word('action', ACTION),
				...ruleOptions,
			],
		},
	},
} satisfies Resource;
