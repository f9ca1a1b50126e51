/** Sets the newest entry of a map with at most `most` entries; the oldest are removed. */
export function setNewest<T>(map: Map<string, T>, key: string, value: T, most: number): void {
	map.delete(key);
	map.set(key, value);
	if (map.size <= most) return;
	for (const [oldest] of map) {
		if (map.size <= most) return;
		map.delete(oldest);
	}
}
