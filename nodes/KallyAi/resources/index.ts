import type { Resource } from '../engine/operation';
import { assistant } from './assistant';
import { budget } from './budget';
import { call } from './call';
import { conversation } from './conversation';
import { credit } from './credit';
import { goal } from './goal';
import { outreach } from './outreach';

/** The node's resources by their stored value, in the order of the editor's list. */
export const resources: Record<string, Resource> = {
	assistant,
	call,
	outreach,
	goal,
	conversation,
	budget,
	credit,
};
