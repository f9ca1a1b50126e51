import type { Readings, SwitchName } from '../../sandbox/worlds.mts';
import type { Survey } from './survey.mts';

/** What was found out about one point: the readings that fit, or why there is nothing to see. */
export type Found<Name extends SwitchName = SwitchName> =
	{ fits: Readings[Name][] } | { why: string };

/** Finds out about one point by reading. Throws a Stop where nothing more can be asked. */
export type Probe<Name extends SwitchName> = (survey: Survey) => Promise<Found<Name>>;

export type Findings = { [Name in SwitchName]?: Found<Name> };

/** The readings that what was seen goes with. */
export const fits = <Name extends SwitchName>(...readings: Readings[Name][]) => ({
	fits: readings,
});

/** Nothing to see, and why. */
export const unseen = (why: string) => ({ why });

export const REFUSED = 'it was refused';
