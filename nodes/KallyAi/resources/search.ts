import { longText } from '../../shared/fields/kinds';
import { location } from '../table/fields';
import { get, list, post, type Resource } from '../table/operation';

const query = longText('query', {
	required: true,
	placeholder: 'e.g. Locksmith who is open at night',
	description: 'What to look for, in plain language',
});

const EACH_SEARCH = { text: 'Each search uses credits.' };

export const search = {
	name: 'Search',
	description: 'Find businesses and services',
	operations: {
		run: {
			name: 'Run',
			action: 'Run search',
			description:
				'Search thoroughly for businesses and services, with phone numbers and ratings. This uses credits.',
			request: post('/v1/search', { readOnly: true, timeout: 120 }),
			spends: EACH_SEARCH,
			answer: list({ rows: 'results' }),
			fields: [query, location],
		},
		runQuick: {
			name: 'Run Quick',
			action: 'Run quick search',
			description: 'Search fewer sources for a faster response. This uses credits.',
			request: post('/v1/search/quick', { readOnly: true }),
			spends: EACH_SEARCH,
			answer: list({ rows: 'results' }),
			fields: [query],
		},
		getHistory: {
			name: 'Get History',
			action: 'Get search history',
			description: 'Get previous searches',
			request: get('/v1/search/history'),
			answer: list(),
		},
		getSources: {
			name: 'Get Sources',
			action: 'Get search sources',
			description: 'Get the sources that searches use',
			request: get('/v1/search/sources'),
			answer: list({ rows: 'sources' }),
		},
	},
} satisfies Resource;
