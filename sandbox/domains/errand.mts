import { randomUUID } from 'node:crypto';

import { created, type Exchange, type Operations } from '../operation.mts';
import { checkTexts } from '../policy.mts';
import { COSTS } from '../prices.mts';
import { seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { isoSeconds } from '../time.mts';
import { addAction } from './actionLog.mts';

/** A ride, an order of food or another errand; `details` are the fields it was asked for with. */
export interface ErrandTask {
	id: string;
	type: 'ride' | 'food' | 'errand';
	status: 'requested' | 'cancelled';
	details: Record<string, string | null>;
	created_at: string;
	credits_used: number;
}

const PRICES: Record<ErrandTask['type'], number> = {
	ride: COSTS.ride.per_request,
	food: COSTS.food.per_order,
	errand: COSTS.errand.per_errand,
};

const { rows: tasks, add: addTask } = seededTable(
	(data: Pick<ErrandTask, 'type' | 'details'>, createdMs): ErrandTask => ({
		id: randomUUID(),
		status: 'requested',
		created_at: isoSeconds(createdMs),
		credits_used: PRICES[data.type],
		...data,
	}),
);

/** Calls a task off. */
export function withdrawTask(store: Store, id: string): void {
	const task = tasks(store).get(id);
	if (task) task.status = 'cancelled';
}

function start(
	{ store }: Exchange,
	type: ErrandTask['type'],
	description: string,
	details: ErrandTask['details'],
) {
	checkTexts(description);
	store.spend({ type, description, credits: PRICES[type] });
	const task = addTask(store, { type, details });
	// The kitchen has begun; a driver and an errand can still be called off.
	addAction(store, { type, description, undoable: type !== 'food', subject: task.id });
	const { details: asked, ...rest } = task;
	return created({ ...rest, ...asked });
}

export const errandOperations: Operations = {
	'errand.requestRide': (exchange) => {
		const { pickup, destination, pickup_time = null } = exchange.body;
		return start(exchange, 'ride', `Ride from ${pickup} to ${destination}`, {
			pickup,
			destination,
			pickup_time,
		});
	},
	'errand.orderFood': (exchange) => {
		const { description, delivery_address = null } = exchange.body;
		return start(exchange, 'food', `Ordered ${description}`, { description, delivery_address });
	},
	'errand.run': (exchange) => {
		const { description } = exchange.body;
		return start(exchange, 'errand', `Errand: ${description}`, { description });
	},
};
