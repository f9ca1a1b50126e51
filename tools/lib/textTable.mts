/** Lines of a plain-text table; numbers stand to the right. */
export function textTable(head: string[], rows: Array<Array<string | number>>): string {
	const widths = head.map((name, column) =>
		Math.max(name.length, ...rows.map((row) => String(row[column]).length)),
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
	return [head, widths.map((width) => '─'.repeat(width)), ...rows].map(line).join('\n');
}
