import {
	type FieldDetails,
	flag,
	integer,
	json,
	locator,
	phoneNumber,
	suggestion,
	text,
} from '../../shared/fields/kinds';
import { asBoolean } from '../../shared/fields/values';
import { labelled } from '../../shared/transport/rows';
import { MAY_RESET } from '../table/answers';
import { get, list, post, put, remove, type Resource } from '../table/operation';

const ruleId = locator('ruleId', 'inboundRule', {
	required: true,
	displayName: 'Inbound Rule',
	what: 'The routing rule',
});

const RULES = '/v1/inbound/rules';
const RULE = `${RULES}/{ruleId}`;

const NAME = { placeholder: 'e.g. VIP callers', description: 'Name of the rule' };

/** The only published action (docs/api.md, U8). */
const TRANSFER = 'transfer';

const action = (details: FieldDetails = {}) =>
	suggestion(
		'action',
		{ [TRANSFER]: 'Transfer' },
		{
			description:
				'What happens to a call that matches the rule. KallyAI documents Transfer only. Enter another action as an expression.',
			...details,
		},
	);

/**
 * Members of the raw objects that have their own fields; these fields are merged into the objects and therefore
 * come after them.
 */
const ruleMembers = (atTop = false) => [
	phoneNumber('transferTo', {
		atTop,
		wire: 'action_config.target',
		...(atTop ? { displayOptions: { show: { action: [TRANSFER] } } } : {}),
		description: 'Phone number to transfer the call to, in E.164 format',
	}),
	{
		...flag('vipOnly', {
			wire: 'conditions.caller_vip',
			displayName: 'VIP Callers Only',
			atTop,
			description: 'Whether the rule applies only to calls from VIP contacts',
		}),
		// The meaning of false is not published; without the condition, the rule applies to everybody.
		parse: (value: unknown) => asBoolean(value) || undefined,
	},
];

const ruleOptions = [
	json('actionConfig', {
		displayName: 'Action Config (JSON)',
		description: 'Further settings of the action, as a JSON object',
	}),
	json('conditions', {
		displayName: 'Conditions (JSON)',
		description: 'Further conditions a call must meet, as a JSON object',
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
				action({ required: true }),
				...ruleOptions,
				...ruleMembers(true),
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
				action(),
				...ruleOptions,
				...ruleMembers(),
			],
		},
	},
} satisfies Resource;
