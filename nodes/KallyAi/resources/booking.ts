import { choice, date, longText, text, time, typedId, word } from '../../shared/fields/kinds';
import { location, partySize } from '../table/fields';
import { list, post, remove, type Resource } from '../table/operation';

const day = date('date', { description: 'Date of the booking' });

const timeOfDay = time('time', {
	description: 'Time of the booking, as HH:MM on the 24-hour clock',
});

const guests = partySize('booking');

const COSTS = 'This commits you to a real business and uses credits.';

export const booking = {
	name: 'Booking',
	description: 'Reservations the assistant makes for you',
	operations: {
		create: {
			name: 'Create',
			action: 'Create booking',
			description: `Have the assistant make a reservation. ${COSTS}`,
			request: post('/v1/actions/bookings', { timeout: 120 }),
			spends: {
				text: COSTS,
				estimate: { type: 'booking', description: ['type', 'date', 'time', 'notes'] },
			},
			fields: [
				choice(
					'type',
					{ restaurant: 'Restaurant', hotel: 'Hotel', service: 'Service', other: 'Other' },
					{ required: true, displayName: 'Booking Type', description: 'Kind of booking to make' },
				),
				day,
				text('name', {
					placeholder: 'e.g. Ines Soto',
					description: 'Name for the booking',
				}),
				longText('notes', {
					placeholder: 'e.g. A high chair is needed',
					description: 'What the business should know',
				}),
				guests,
				word('restaurantId', {
					placeholder: 'e.g. rst-77',
					description: "ID of the restaurant, as returned by 'Search Restaurants'",
				}),
				timeOfDay,
			],
		},
		cancel: {
			name: 'Cancel',
			action: 'Cancel booking',
			description: 'Cancel a reservation with the business',
			request: remove('/v1/actions/bookings/{bookingId}'),
			fields: [
				typedId('bookingId', {
					required: true,
					description: "ID of the booking, as returned by 'Create'",
				}),
			],
		},
		searchRestaurants: {
			name: 'Search Restaurants',
			action: 'Search restaurants',
			description: 'Find restaurants with a free table. This uses credits.',
			request: post('/v1/actions/bookings/restaurants/search', { readOnly: true }),
			spends: { text: 'Each search uses credits.' },
			answer: list({ rows: 'results' }),
			fields: [
				text('query', {
					required: true,
					placeholder: 'e.g. Quiet Andalusian restaurant',
					description: 'What kind of restaurant to look for',
				}),
				day,
				location,
				guests,
				timeOfDay,
			],
		},
	},
} satisfies Resource;
