import type { IDataObject } from 'n8n-workflow';

/** Whether a value is an object with named members, neither an array nor an instance of a class. */
export function isPlainObject(value: unknown): value is IDataObject {
	if (value === null || typeof value !== 'object') return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Sets a member by its dotted path, making the objects on the way. The path comes from the table, never from input. */
export function setMember(target: IDataObject, path: string, value: unknown): void {
	const names = path.split('.');
	const last = names.pop() as string;
	let object = target;
	for (const name of names) object = (object[name] ??= {}) as IDataObject;
	object[last] = value as IDataObject;
}

/** A name of the node in the spelling of the wire: `taskDescription` becomes `task_description`. */
export function snakeCase(name: string): string {
	return name.replace(/([A-Z])/g, '_$1').toLowerCase();
}
