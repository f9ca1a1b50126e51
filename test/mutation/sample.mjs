// A checker of Stryker that lets only a part of all changes through. Which ones depends on the changes alone, so that two
// runs make the same. Those that are left out count as changes that do not compile, which are in no figure.
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

const share = Number(process.env.MUTATION_SHARE);

/** A number from 0 to 1, the same for the same change. */
function placeOf({ fileName, location, mutatorName, replacement }) {
	const file = relative(process.cwd(), fileName);
	const text = JSON.stringify([file, location, mutatorName, replacement]);
	return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

const resultOf = (mutant) =>
	placeOf(mutant) < share
		? { status: 'passed' }
		: { status: 'compileError', reason: 'not in the sample' };

class Sample {
	async init() {}

	async check(mutants) {
		return Object.fromEntries(mutants.map((mutant) => [mutant.id, resultOf(mutant)]));
	}

	/** All at once: each is decided for itself. */
	async group(mutants) {
		return [mutants.map(({ id }) => id)];
	}
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', Sample)];
