import { randomUUID } from 'node:crypto';

import { now } from '../clock.mts';
import { ApiError, notFound } from '../errors.mts';
import { created, ok, type Operations } from '../operation.mts';
import { checkTexts } from '../policy.mts';
import { COSTS } from '../prices.mts';
import { seedId, seededTable } from '../seed.mts';
import type { Store } from '../store.mts';
import { DAY_MS, isoSeconds } from '../time.mts';
import { addAction, settleActions } from './actionLog.mts';

/** A reservation. */
export interface Booking {
	id: string;
	type: 'restaurant' | 'hotel' | 'service' | 'other';
	status: 'confirmed' | 'cancelled';
	restaurant_id: string | null;
	date: string | null;
	time: string | null;
	party_size: number | null;
	name: string | null;
	notes: string | null;
	created_at: string;
	cancelled_at: string | null;
	credits_used: number;
}

/** Parties above this are asked to call. */
const LARGE_PARTY = 8;

const RESTAURANTS = [
	['rst-1', 'The Copper Pot', 'British', 4.5, '$$', '+442079460123', '4 Quay Street'],
	['rst-2', 'Casa Brisa', 'Spanish', 4.3, '$$', '+442079460124', '12 Market Lane'],
	['rst-3', 'Trattoria Nonna', 'Italian', 4.1, '$', '+442079460125', '27 Mill Road'],
	['rst-4', 'Sakura House', 'Japanese', 4.7, '$$$', '+15550142', '80 Lake Avenue'],
	['rst-5', 'The Green Fork', 'Vegetarian', 4.4, '$$', '+15550143', '3 Park Row'],
].map(([id, name, cuisine, rating, price_range, phone, address]) => ({
	id,
	name,
	cuisine,
	rating,
	price_range,
	phone,
	address,
}));

function newBooking(data: Partial<Booking>, createdMs: number): Booking {
	return {
		id: randomUUID(),
		type: 'restaurant',
		status: 'confirmed',
		restaurant_id: null,
		date: null,
		time: null,
		party_size: null,
		name: null,
		notes: null,
		cancelled_at: null,
		credits_used: COSTS.booking.per_booking,
		...data,
		created_at: isoSeconds(createdMs),
	};
}

const { rows: bookings } = seededTable(newBooking, () => [
	[
		1,
		{
			id: seedId('b', 1),
			restaurant_id: 'rst-1',
			date: isoSeconds(now() + 14 * DAY_MS).slice(0, 10),
			time: '19:30',
			party_size: 4,
			name: 'Ines Soto',
		},
	],
]);

function restaurantName(id: string | null): string | undefined {
	const found = RESTAURANTS.find((restaurant) => restaurant.id === id);
	return found && String(found.name);
}

function whatFor({ restaurant_id, type }: Booking): string {
	return restaurantName(restaurant_id) ?? `a ${type}`.replace('a other', 'something else');
}

/** Cancels a booking with the business. */
export function withdrawBooking(store: Store, id: string): void {
	const booking = bookings(store).get(id);
	if (booking) Object.assign(booking, { status: 'cancelled', cancelled_at: isoSeconds() });
}

/** Those with a word of the query in name or cuisine, or all: somebody always has a table. */
function fitting(query: string) {
	const words = query.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
	const found = RESTAURANTS.filter(({ name, cuisine }) =>
		words.some((word) => `${name} ${cuisine}`.toLowerCase().includes(word)),
	);
	return found.length ? found : RESTAURANTS;
}

export const bookingOperations: Operations = {
	'booking.searchRestaurants': ({ store, body }) => {
		const credits = COSTS.search.per_query;
		store.spend({ type: 'search', description: body.query, credits });
		const availability = (body.party_size ?? 1) > LARGE_PARTY ? 'on_request' : 'available';
		const results = fitting(body.query).map(({ address, ...restaurant }) => ({
			...restaurant,
			address: body.location ? `${address}, ${body.location}` : address,
			availability,
		}));
		return ok({ results, credits_used: credits });
	},
	'booking.create': ({ store, body }) => {
		checkTexts(body.notes);
		const restaurant: string | null = body.restaurant_id ?? null;
		if (restaurant && !restaurantName(restaurant)) {
			throw notFound('restaurant', restaurant, 'restaurant_not_found');
		}
		const booking = newBooking(body, now());
		const description = `Booked ${whatFor(booking)}`;
		store.spend({ type: 'booking', description, credits: booking.credits_used });
		bookings(store).add(booking);
		addAction(store, { type: 'booking', description, undoable: true, subject: booking.id });
		return created({ ...booking });
	},
	'booking.cancel': ({ store, params }) => {
		const booking = bookings(store).find(params['booking_id'], 'booking', 'booking_not_found');
		if (booking.status === 'cancelled') {
			throw new ApiError('conflict', 'The booking was cancelled before', 'booking_not_confirmed');
		}
		withdrawBooking(store, booking.id);
		settleActions(store, booking.id, 'cancelled');
		addAction(store, { type: 'booking', description: `Cancelled ${whatFor(booking)}` });
		return ok({ ...booking });
	},
};
