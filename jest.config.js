/** Tests are .mts so that n8n's lint rules for node code do not apply to them; swc makes CommonJS of them. */
module.exports = {
	testMatch: ['<rootDir>/test/**/*.test.mts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/host/', '<rootDir>/.cache/'],
	watchPathIgnorePatterns: ['<rootDir>/.cache/'],
	transform: {
		'\\.(m?ts|mjs)$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
				module: { type: 'commonjs' },
			},
		],
	},
	cacheDirectory: '<rootDir>/.cache/jest',
	// As a path: Stryker does not know Jest's <rootDir>.
	testEnvironment: require.resolve('./tools/jest/environment.cjs'),
	testTimeout: 300_000,
	maxWorkers: 2,
};
