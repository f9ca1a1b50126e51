import * as access from './access.mts';
import * as answers from './answers.mts';
import * as lists from './lists.mts';

/** What is found out by reading alone, by the switch of `sandbox/worlds.mts`, in this order. */
export const PROBES = { ...access, ...lists, ...answers };
