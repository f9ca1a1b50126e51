import { pathTo } from '../../nodes/shared/transport/request';

const PATH = '/v1/calls/{callId}/transcript';

test.each(['.', '..'])('the ID %j, which would lead to another path, has none', (id) => {
	expect(pathTo(PATH, id)).toBeUndefined();
});

test.each(['a/b?c=1', '../x', '%2e%2e', '...', '$&', 'x#y', '\u0000', 'ü', '\ud800', 'a\udc00b'])(
	'the ID %j stays within its place',
	(id) => {
		const path = pathTo(PATH, id) as string;
		const [, , , place, ...rest] = new URL(path, 'https://api.kallyai.com').pathname.split('/');
		expect(rest).toEqual(['transcript']);
		expect(decodeURIComponent(place)).toBe(id.toWellFormed());
	},
);
