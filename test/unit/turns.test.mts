import { Turns } from '../../nodes/KallyAi/execute/turns';

let turns: Turns;
beforeEach(() => (turns = new Turns()));
afterEach(() => turns.close());

const microtasks = async () => {
	for (let index = 0; index < 20; index++) await Promise.resolve();
};

test('nobody goes on in the turn in which they ask', async () => {
	let isOver = false;
	const asked = turns.next().then(() => (isOver = true));
	await microtasks();
	expect(isOver).toBe(false);
	await asked;
	expect(isOver).toBe(true);
});

test('all who ask meanwhile go on together, in their order', async () => {
	const order: string[] = [];
	const runner = async (name: string) => {
		for (let round = 1; round <= 3; round++) {
			await turns.next();
			order.push(`${name}${round}`);
			await microtasks();
		}
	};
	await Promise.all(['a', 'b', 'c'].map(runner));
	expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3']);
});
