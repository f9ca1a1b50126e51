const { default: Sequencer } = require('@jest/test-sequencer');

/** The order in which the suites are named: those that notice most in the least time come first. */
module.exports = class extends Sequencer {
	sort(tests) {
		return [...tests].sort((one, other) => placeOf(one.path) - placeOf(other.path));
	}
};

const suites = JSON.parse(process.env.MUTATION_TESTS);

const placeOf = (path) => suites.findIndex((suite) => path.endsWith(`/${suite}`));
