import { longText, text } from '../../shared/fields/kinds';
import { get, post, type Resource } from '../table/operation';

const query = longText('query', {
	required: true,
	placeholder: 'e.g. Locksmith who is open at night',
	description: 'What to look for, in plain language',
});

export const search: Resource = {
	name: 'Search',
	description: 'Find businesses and services',
	operations: {
		run: {
			name: 'Run',
			action: 'Run search',
			description:
				'Search thoroughly for businesses and services, with phone numbers and ratings. This costs credits.',
			request: post('/v1/search'),
			costs: 'Each search costs credits.',
			readOnly: true,
			timeout: 120,
			list: { rows: 'results' },
			fields: [
				query,
				text('location', {
					placeholder: 'e.g. Bristol',
					description: 'Town, quarter or address around which to search',
				}),
			],
		},
		runQuick: {
			name: 'Run Quick',
			action: 'Run quick search',
			description: 'Search with fewer sources and an earlier answer. This costs credits.',
			request: post('/v1/search/quick'),
			costs: 'Each search costs credits.',
			readOnly: true,
			list: { rows: 'results' },
			fields: [query],
		},
		getHistory: {
			name: 'Get History',
			action: 'Get search history',
			description: 'Get the searches that were run before',
			request: get('/v1/search/history'),
			list: {},
		},
		getSources: {
			name: 'Get Sources',
			action: 'Get search sources',
			description: 'Get the sources that a search looks into',
			request: get('/v1/search/sources'),
			list: { rows: 'sources' },
		},
	},
};
