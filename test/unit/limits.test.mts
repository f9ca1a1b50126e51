import { Spent } from '../../nodes/KallyAi/execute/limits';

const NUMBER = '+15550100';
const spending = { group: 'execution 1 call.make', recipient: NUMBER };

test('the highest number of works of an execution is kept', () => {
	const spent = new Spent();
	for (let index = 0; index < 3; index++) {
		expect(spent.take(spending, { maxPerExecution: 3 })).not.toHaveProperty('limit');
	}
	expect(spent.take(spending, { maxPerExecution: 3 })).toEqual({
		limit: 'maxPerExecution',
		max: 3,
	});
	const other = { ...spending, group: 'execution 2 call.make' };
	expect(spent.take(other, { maxPerExecution: 3 })).not.toHaveProperty('limit');
});

test('without an execution the last hour counts, whatever the clock shows', () => {
	let now = 50 * 60_000;
	const spent = new Spent(() => now);
	const hourly = { ...spending, hourly: true };
	const take = () => !('limit' in spent.take(hourly, { maxPerExecution: 2 }));
	const taken: boolean[] = [];
	for (const minutes of [0, 20, 30, 9, 1, 1]) {
		now += minutes * 60_000;
		taken.push(take());
	}
	expect(taken).toEqual([true, true, false, false, true, false]);
});

test('a refused work is not counted in an hour either', () => {
	const spent = new Spent();
	const hourly = { ...spending, hourly: true };
	const limits = { maxPerExecution: 1 };
	const taken = spent.take(hourly, limits);
	if ('limit' in taken) throw new Error('It was refused');
	taken.giveBack();
	expect(spent.take(hourly, limits)).not.toHaveProperty('limit');
	expect(spent.take(hourly, limits)).toHaveProperty('limit');
});

test('a refused work is not counted', () => {
	const spent = new Spent();
	const limits = { maxPerExecution: 1, minutesBetween: 10 };
	const taken = spent.take(spending, limits);
	if ('limit' in taken) throw new Error('It was refused');
	taken.giveBack();
	expect(spent.take(spending, limits)).not.toHaveProperty('limit');
});

test('a refused work takes nothing from what the others have spent', () => {
	const spent = new Spent();
	const limits = { maxPerExecution: 2 };
	const [first] = [spent.take(spending, limits), spent.take(spending, limits)];
	if ('limit' in first) throw new Error('It was refused');
	first.giveBack();
	expect(spent.take(spending, limits)).not.toHaveProperty('limit');
	expect(spent.take(spending, limits)).toHaveProperty('limit');
});

test('a refused work does not hide that somebody was reached after it', () => {
	let now = 50 * 60_000;
	const spent = new Spent(() => now);
	const refused = spent.take(spending, {});
	if ('limit' in refused) throw new Error('It was refused');
	now += 60_000;
	spent.take(spending, {});
	refused.giveBack();
	expect(spent.take(spending, { minutesBetween: 10 })).toMatchObject({ minutesAgo: 0 });
});

test.each([
	['+15550100', true],
	['+1 (555) 01-00', true],
	['+1555*', true],
	['+1556*', false],
	['+155501', false],
	['*', false],
	['', false],
])('numbers allowed: %j lets +15550100 pass: %j', (allowed, passes) => {
	const taken = new Spent().take(spending, { allowedRecipients: ['+442079460000', allowed] });
	expect('limit' in taken).toBe(!passes);
});

test('addresses of a domain can be allowed, and an empty list allows nobody', () => {
	const mail = { group: 'g', recipient: 'Clara.Soto@example.org' };
	const spent = new Spent();
	expect(spent.take(mail, { allowedRecipients: ['*@example.org'] })).not.toHaveProperty('limit');
	expect(spent.take(mail, { allowedRecipients: ['*@example.com'] })).toHaveProperty('limit');
	expect(spent.take(mail, { allowedRecipients: [] })).toHaveProperty('limit');
	const punctuation = { group: 'g', recipient: '( - )' };
	expect(spent.take(punctuation, { allowedRecipients: [''] })).toHaveProperty('limit');
});

test('nobody is reached again within the minutes given', () => {
	let now = 0;
	const spent = new Spent(() => now);
	expect(spent.take(spending, {})).not.toHaveProperty('limit');
	now = 9 * 60_000;
	const again = { ...spending, group: 'another execution' };
	expect(spent.take(again, { minutesBetween: 10 })).toMatchObject({ minutesAgo: 9 });
	expect(
		spent.take({ ...again, recipient: '+15550101' }, { minutesBetween: 10 }),
	).not.toHaveProperty('limit');
	now = 10 * 60_000;
	expect(spent.take(again, { minutesBetween: 10 })).not.toHaveProperty('limit');
});
