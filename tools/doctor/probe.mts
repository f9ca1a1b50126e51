import type { Readings, SwitchName } from '../../sandbox/worlds.mts';
import type { Survey } from './survey.mts';

/** What was found out about one point: the readings that fit, or why there is nothing to see. */
export type Found<Name extends SwitchName = SwitchName> =
	| { fits: Readings[Name][] }
	| { why: string };

/** The same, of whichever point. */
export type AnyFound = { fits: string[] } | { why: string };

/** Finds out about one point by reading. Throws a Stop where nothing more can be asked. */
export type Probe<Name extends SwitchName> = (survey: Survey) => Promise<Found<Name>>;

export type Findings = { [Name in SwitchName]?: Found<Name> };

/** The readings that what was seen goes with. */
export const fits = <const Reading extends string>(...readings: Reading[]) => ({
	fits: readings,
});

/** Nothing to see, and why. */
export const unseen = (why: string) => ({ why });

export const REFUSED = 'it was refused';

/** Whether fields that the service does not know are ignored, so that nothing tells that they are not known. */
export const areIgnored = ({ unknownFields }: Findings): boolean =>
	unknownFields !== undefined && 'fits' in unknownFields && unknownFields.fits.includes('ignored');
