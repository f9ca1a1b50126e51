import { isErrorBody, readErrorBody, shownText } from '../../nodes/shared/errors/errorBody';

test.each([null, undefined, '', 'error', 7, [], {}, { error: null }, { id: 'a', error: 'busy' }])(
	'%j is not only an error',
	(body) => {
		expect(isErrorBody(body)).toBe(false);
	},
);

test.each([{ error: 'invalid_request' }, { error: { code: 'invalid_request' } }])(
	'%j is only an error',
	(body) => {
		expect(isErrorBody(body)).toBe(true);
	},
);

test('only a text that says something is shown', () => {
	expect(['', ' \n', 7, null, 'Closed'].map(shownText)).toEqual([
		undefined,
		undefined,
		undefined,
		undefined,
		'Closed',
	]);
});

test.each([
	[402, { upgrade_url: 'https://kallyai.com/pricing' }, 'quota_exceeded'],
	[402, { minutes_allocated: 0 }, 'quota_exceeded'],
	[402, { detail: 'Payment required' }, 'http_402'],
	[403, { upgrade_url: 'https://kallyai.com/pricing' }, 'http_403'],
	[429, { minutes_allocated: 0 }, 'http_429'],
])('%i with %j means %s', (status, body, code) => {
	expect(readErrorBody(body, status).code).toBe(code);
});
