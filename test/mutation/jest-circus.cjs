/**
 * Jest's runner, which stops at the first test that notices the change: Stryker cannot tell Jest to. It passes over files
 * none of whose tests are wanted, too, which Jest would load to find that out.
 */
const { createEmptyTestResult } = require('@jest/test-result');
const { default: circus } = require('jest-circus/runner');

/** The names of all tests by file. */
const namesOf = new Map();
/** The change that was noticed last. */
let noticed;

/** What Jest takes for a file in which nothing was to be done: one without any test would be an error. */
const passedOver = (testFilePath) => {
	const test = { fullName: 'passed over', status: 'pending', failureMessages: [] };
	return { ...createEmptyTestResult(), testFilePath, numPendingTests: 1, testResults: [test] };
};

module.exports = async (globalConfig, config, environment, runtime, testPath, ...rest) => {
	const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
	const isNoticed = () => mutant !== undefined && noticed === mutant;
	const { testNamePattern } = globalConfig;
	const wanted = new RegExp(testNamePattern ?? '');
	const isWanted = namesOf.get(testPath)?.some((name) => wanted.test(name)) ?? true;
	if (isNoticed() || !isWanted) return passedOver(testPath);
	const inner = environment.handleTestEvent;
	environment.handleTestEvent = async (event, state) => {
		if (/^(test_fn|hook)_failure$/.test(event.name)) noticed = mutant;
		if (event.name === 'test_start' && isNoticed()) event.test.mode = 'skip';
		await inner?.call(environment, event, state);
	};
	const result = await circus(globalConfig, config, environment, runtime, testPath, ...rest);
	namesOf.set(
		testPath,
		result.testResults.map(({ fullName }) => fullName),
	);
	return result;
};
