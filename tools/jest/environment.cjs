const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const { createContext } = vm;

/**
 * Jest's environment for Node without the interceptors of its context: with them, each read of a global (Math, Promise, Object)
 * goes through C++, which took two fifths of the time of our property tests. See nodejs/node#31658 and `vm.constants.DONT_CONTEXTIFY`.
 */
class PlainEnvironment extends TestEnvironment {
	constructor(...args) {
		vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
		try {
			super(...args);
		} finally {
			vm.createContext = createContext;
		}
		// Jest's copy of the process would put this together again for each request that axios sends.
		const { allowedNodeEnvironmentFlags: value } = process;
		Object.defineProperty(this.global.process, 'allowedNodeEnvironmentFlags', { value });
	}
}

module.exports = PlainEnvironment;
