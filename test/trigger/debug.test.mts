import { play } from './model.mts';
test('debug', async () => {
	const [server, history] = JSON.parse(process.env.CASE as string);
	const out = await play(server, history, (line: unknown) =>
		process.stdout.write(JSON.stringify(line) + '\n'),
	);
	delete out.state;
	process.stdout.write(JSON.stringify(out) + '\n');
});
