/** A name of the node in the API's spelling: `taskDescription` becomes `task_description`. */
export function snakeCase(name: string): string {
	return name.replace(/([A-Z])/g, '_$1').toLowerCase();
}

/**
 * The name of a field in any spelling, converted to the API's usual one: `callID` and `Call-Id` become `call_id`.
 */
export function foldedName(name: string): string {
	return name
		.replace(/([a-z\d])([A-Z])/g, '$1_$2')
		.replace(/[\s-]+/g, '_')
		.toLowerCase();
}

const WORDS_KEPT = new Map([
	['id', 'ID'],
	['ids', 'IDs'],
	['sms', 'SMS'],
]);

const titled = (words: string[]): string =>
	words
		.map((word) => WORDS_KEPT.get(word.toLowerCase()) ?? word[0].toUpperCase() + word.slice(1))
		.join(' ');

/** A parameter's name as the editor shows it: `goalIds` becomes "Goal IDs". */
export function titleOfName(name: string): string {
	return titled(name.replace(/([A-Z])/g, ' $1').split(' '));
}

/** A value of the API as the editor shows it: `no_answer` becomes "No Answer". */
export function titleOfValue(value: string): string {
	return titled(value.split('_'));
}
