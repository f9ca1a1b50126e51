import { isErrorBody, shownText } from '../../nodes/shared/errors/errorBody';

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
