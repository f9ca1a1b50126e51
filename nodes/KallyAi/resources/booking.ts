import { choice, date, longText, text, time, typedId, word } from '../../shared/fields/kinds';
import { location, partySize } from '../table/fields';
import { list, post, remove, type Resource } from '../table/operation';

const DAY = { description: 'Date of the booking' };
const TIME = { description: 'Time of the booking, as HH:MM on the 24-hour clock' };

/** Fields that were in the additional fields before. */
const MOVED = { wasOptional: true };

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
			needs: {
				by: 'type',
				fields: {
					restaurant: [['restaurantId', 'notes'], ['date'], ['time'], ['partySize'], ['name']],
					hotel: [['notes'], ['date'], ['name']],
					service: [['notes'], ['date'], ['time'], ['name']],
					other: [['notes']],
				},
			},
			fields: [
				choice(
					'type',
					{ restaurant: 'Restaurant', hotel: 'Hotel', service: 'Service', other: 'Other' },
					{ required: true, displayName: 'Booking Type', description: 'What to book' },
				),
				word('restaurantId', {
					...MOVED,
					displayOptions: { hide: { '/type': ['hotel', 'service', 'other'] } },
					placeholder: 'e.g. rst-77',
					description:
						"ID of the restaurant, as returned by 'Search Restaurants'. Without it, name the restaurant in the notes.",
				}),
				date('date', { ...MOVED, ...DAY }),
				time('time', { ...MOVED, ...TIME }),
				partySize('booking', { ...MOVED, default: '' }),
				text('name', {
					...MOVED,
					placeholder: 'e.g. Ines Soto',
					description: 'Name for the booking',
				}),
				longText('notes', {
					...MOVED,
					placeholder: 'e.g. La Brasa, Calle Mayor 3. A high chair is needed.',
					description: 'Which business to book with, and what it should know',
				}),
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
				date('date', DAY),
				location,
				partySize('booking'),
				time('time', TIME),
			],
		},
	},
} satisfies Resource;
