/** Sets an entry as the newest of a map that holds no more than `most`; the oldest go first. */
export function setNewest<T>(map: Map<string, T>, key: string, value: T, most: number): void {
	map.delete(key);
	map.set(key, value);
	if (map.size <= most) return;
	for (const [oldest] of map) {
		if (map.size <= most) return;
		map.delete(oldest);
	}
}
