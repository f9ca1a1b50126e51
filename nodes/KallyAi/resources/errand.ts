import { longText, moment, text } from '../../shared/fields/kinds';
import { post, type Resource } from '../table/operation';

export const errand = {
	name: 'Errand',
	description: 'Rides, food orders and other errands',
	operations: {
		run: {
			name: 'Run',
			action: 'Run errand',
			description:
				'Have the assistant run any other errand. This may contact people and uses credits.',
			request: post('/v1/actions/tasks/errand', { timeout: 120 }),
			spends: {
				text: 'This may contact real people and uses credits.',
				estimate: { type: 'errand', description: ['description'] },
			},
			fields: [
				longText('description', {
					required: true,
					displayName: 'Errand',
					placeholder: 'e.g. Find out when the parcel of order 1042 arrives',
					description: 'What should be done, in plain language',
				}),
			],
		},
		orderFood: {
			name: 'Order Food',
			action: 'Order food',
			description: 'Order food for delivery. This places a real order and uses credits.',
			request: post('/v1/actions/tasks/food', { timeout: 120 }),
			spends: {
				text: 'This places a real order and uses credits, in addition to the price of the food.',
				estimate: { type: 'food', description: ['description'] },
			},
			fields: [
				longText('description', {
					required: true,
					displayName: 'Order',
					placeholder: 'e.g. Two margherita pizzas and a green salad',
					description: 'What to order, in plain language',
				}),
				text('deliveryAddress', {
					placeholder: 'e.g. 9 High Street',
					description: 'Where to deliver it',
				}),
			],
		},
		requestRide: {
			name: 'Request Ride',
			action: 'Request ride',
			description: 'Order a ride. This places a real order and uses credits.',
			request: post('/v1/actions/tasks/ride', { timeout: 120 }),
			spends: {
				text: 'This places a real order and uses credits, in addition to the fare.',
				estimate: { type: 'ride', description: ['pickup', 'destination'] },
			},
			fields: [
				text('pickup', {
					required: true,
					displayName: 'Pickup Address',
					placeholder: 'e.g. 9 High Street',
					description: 'Where the ride starts',
				}),
				text('destination', {
					required: true,
					displayName: 'Destination Address',
					placeholder: 'e.g. Central Station',
					description: 'Where the ride ends',
				}),
				moment('pickupTime', { description: 'When to be picked up. Defaults to now.' }),
			],
		},
	},
} satisfies Resource;
