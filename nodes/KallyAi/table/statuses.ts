import { titleOfValue } from '../../shared/names';

/**
 * What the statuses of a resource's records mean: `open` ones change by themselves, `waiting` ones when
 * somebody does something, `ended` ones stay.
 */
export type Statuses = Record<string, 'open' | 'waiting' | 'ended'>;

const namesOf = (statuses: Statuses, meanings: Array<Statuses[string]>): string[] =>
	Object.keys(statuses).filter((status) => meanings.includes(statuses[status]));

/** Statuses that a record keeps. */
export function endedOf(statuses: Statuses): string[] {
	return namesOf(statuses, ['ended']);
}

/** Statuses in which nothing goes on by itself. */
export function restingOf(statuses: Statuses): string[] {
	return namesOf(statuses, ['ended', 'waiting']);
}

/** Statuses with the titles that the editor shows, but for some. */
export function titlesOf(
	statuses: Statuses,
	{ except = [] }: { except?: string[] } = {},
): Record<string, string> {
	return Object.fromEntries(
		Object.keys(statuses)
			.filter((status) => !except.includes(status))
			.map((status) => [status, titleOfValue(status)]),
	);
}
