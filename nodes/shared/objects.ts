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

/** A number, or a text that contains one, as in amounts of credits (docs/api.md, row 44). */
export function readNumber(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
