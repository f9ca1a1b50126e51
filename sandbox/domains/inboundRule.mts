import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { created, ok, type Exchange, type Operations } from '../operation.mts';
import { seedId } from '../seed.mts';
import { Table, type Store } from '../store.mts';
import { DAY_MS, isoSeconds } from '../time.mts';
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

function newRule(id: string, given: Given, createdMs: number): InboundRule {
	const at = isoSeconds(createdMs);
	return {
		id,
		priority: DEFAULT_PRIORITY,
		is_active: true,
		conditions: {},
		action_config: {},
		created_at: at,
		updated_at: at,
		...given,
	};
}

function rules(store: Store): Table<InboundRule> {
	return store.part(seeded);
}

function seeded(): Table<InboundRule> {
	const table = new Table<InboundRule>();
	const given: Given[] = [
		{ name: 'Everybody else', action: 'answer', priority: 200 },
		{
			name: 'VIP callers',
			action: 'transfer',
			priority: 10,
			conditions: { caller_vip: true },
			action_config: { target: '+15550150' },
		},
	];
	given.forEach((rule, index) => {
		const id = seedId('b', given.length - index);
		table.seed(id, newRule(id, rule, Date.now() - (20 - index) * DAY_MS));
	});
	return table;
}

/** Adds a routing rule. */
export function addInboundRule(store: Store, given: Given, createdMs = Date.now()): InboundRule {
	const id = randomUUID();
	return rules(store).add(id, newRule(id, given, createdMs));
}

function ruleOf({ store, params }: Exchange): InboundRule {
	const id = params['rule_id'] ?? '';
	const rule = rules(store).get(id);
	if (!rule) throw new ApiError('not_found', `There is no rule ${id}`, 'rule_not_found');
	return rule;
}

export const inboundRuleOperations: Operations = {
	// The one list whose order the reference states, so the scenario has no say in it.
	'inboundRule.getAll': ({ store }) => {
		const oldestFirst = rules(store).newestFirst().reverse();
		return ok({ rules: oldestFirst.sort((a, b) => a.priority - b.priority) });
	},
	'inboundRule.create': ({ store, body }) => {
		requireOwnNumber(store);
		return created(structuredClone(addInboundRule(store, body)));
	},
	'inboundRule.update': (exchange) =>
		ok(Object.assign(ruleOf(exchange), exchange.body, { updated_at: isoSeconds() })),
	'inboundRule.delete': (exchange) => {
		const { id } = ruleOf(exchange);
		rules(exchange.store).remove(id);
		return ok({ id, deleted: true });
	},
};
