/** The suites that are to notice a change of the code; tools/mutation.mts says which. */
module.exports = {
	...require('../../jest.config.js'),
	rootDir: '../..',
	testMatch: JSON.parse(process.env.MUTATION_TESTS).map((suite) => `<rootDir>/${suite}`),
	modulePathIgnorePatterns: [],
	testRunner: require.resolve('./jest-circus.cjs'),
	testSequencer: require.resolve('./sequencer.cjs'),
	maxWorkers: 1,
};
