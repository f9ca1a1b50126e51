import { assistant } from './assistant.mts';
import { call, laterCall } from './call.mts';
import { conversation, limits } from './keys.mts';
import { actionItem, contact, imports, message, rule } from './ownThings.mts';
import { refusals } from './refusals.mts';
import { renewal } from './renewal.mts';
import type { Step } from './step.mts';

/** Everything that --write asks about, in this order: what may end the sign-in comes last. */
export const STEPS: Step[] = [
	refusals,
	actionItem,
	contact,
	rule,
	imports,
	message,
	assistant,
	conversation,
	call,
	laterCall,
	limits,
	renewal,
];
