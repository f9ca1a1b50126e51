import type { IDataObject } from 'n8n-workflow';

/** Whether a value is a plain object: neither an array nor an instance of a class. */
export function isPlainObject(value: unknown): value is IDataObject {
	if (value === null || typeof value !== 'object') return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Sets a member by its dotted path, creating the objects on the way. The path comes from the table, never from
 * input.
 */
export function setMember(target: IDataObject, path: string, value: unknown): void {
	const names = path.split('.');
	const last = names.pop() as string;
	let object = target;
	for (const name of names) object = (object[name] ??= {}) as IDataObject;
	object[last] = value as IDataObject;
}

/** A member by its dotted path; undefined if there is none. */
export function getMember(object: IDataObject, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>((value, name) => (isPlainObject(value) ? value[name] : undefined), object);
}

/** The first of some members that has a value, by dotted paths; null if all of them are null, undefined if there is none. */
export function firstMember(object: IDataObject, paths: string[]): unknown {
	const values = paths.map((path) => getMember(object, path));
	return (
		values.find((value) => value !== undefined && value !== null) ??
		values.find((value) => value !== undefined)
	);
}

/** A record with the value of one member under the name of another one, if that has none. */
export function alsoNamed(record: IDataObject, name: string, other: string): IDataObject {
	const value = firstMember(record, [name, other]) as IDataObject;
	return value === record[name] ? record : { [name]: value, ...record, [name]: value };
}

/** A number, or a text that contains one, as in amounts of credits (docs/api.md, row 44). */
export function readNumber(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
