import type { SwitchName } from '../../../sandbox/worlds.mts';
import type { Probe } from '../probe.mts';
import * as access from './access.mts';
import * as answers from './answers.mts';
import * as lists from './lists.mts';

const { isTurnedAway: _, ...accessProbes } = access;

/** What is found out by reading alone, in this order. */
export const PROBES: { [Name in SwitchName]?: Probe<Name> } = {
	...accessProbes,
	...lists,
	...answers,
};
