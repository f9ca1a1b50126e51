import { randomUUID } from 'node:crypto';

import { created, ok, type Exchange, type Operations } from '../operation.mts';
import { oneADay, seededTable } from '../seed.mts';
import { isoSeconds } from '../time.mts';
import { requireOwnNumber } from './phoneNumber.mts';

/** A routing rule, exactly as answered. */
export interface InboundRule {
	id: string;
	name: string;
	action: string;
	priority: number;
	is_active: boolean;
	conditions: object;
	action_config: object;
	created_at: string;
	updated_at: string;
}

type Given = Pick<InboundRule, 'name' | 'action'> & Partial<InboundRule>;

const DEFAULT_PRIORITY = 100;

function newRule(given: Given, createdMs: number): InboundRule {
	const at = isoSeconds(createdMs);
	return {
		id: randomUUID(),
		priority: DEFAULT_PRIORITY,
		is_active: true,
		conditions: {},
		action_config: {},
		created_at: at,
		updated_at: at,
		...given,
	};
}

const { rows: rules, add: addRule } = seededTable(newRule, () =>
	oneADay<Given>(
		'b',
		[
			{ name: 'Everybody else', action: 'answer', priority: 200 },
			{
				name: 'VIP callers',
				action: 'transfer',
				priority: 10,
				conditions: { caller_vip: true },
				action_config: { target: '+15550150' },
			},
		],
		20,
	),
);

function ruleOf({ store, params }: Exchange): InboundRule {
	return rules(store).find(params['rule_id'], 'rule', 'rule_not_found');
}

export const inboundRuleOperations: Operations = {
	// The one list whose order the reference states, so the scenario has no say in it.
	'inboundRule.getAll': ({ store }) => {
		const oldestFirst = rules(store).newestFirst().reverse();
		return ok({ rules: oldestFirst.sort((a, b) => a.priority - b.priority) });
	},
	'inboundRule.create': ({ store, body }) => {
		requireOwnNumber(store);
		return created(structuredClone(addRule(store, body)));
	},
	'inboundRule.update': (exchange) =>
		ok(Object.assign(ruleOf(exchange), exchange.body, { updated_at: isoSeconds() })),
	'inboundRule.delete': (exchange) => {
		const { id } = ruleOf(exchange);
		rules(exchange.store).remove(id);
		return ok({ id, deleted: true });
	},
};
