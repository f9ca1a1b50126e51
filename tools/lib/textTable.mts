/** Lines of a plain-text table, one column for each key of the first row; numbers stand to the right. */
export function table(rows: Array<Record<string, string | number>>): string {
	const names = Object.keys(rows[0] ?? {});
	const widths = names.map((name) =>
		Math.max(name.length, ...rows.map((row) => String(row[name]).length)),
	);
	const line = (cells: Array<string | number>) =>
		cells
			.map((cell, column) =>
				typeof cell === 'number'
					? String(cell).padStart(widths[column])
					: cell.padEnd(widths[column]),
			)
			.join('   ')
			.trimEnd();
	const rule = widths.map((width) => '─'.repeat(width));
	return [line(names), line(rule), ...rows.map((row) => line(names.map((name) => row[name])))].join(
		'\n',
	);
}
