import type { IDataObject } from 'n8n-workflow';

import { isPlainObject } from '../../shared/objects';
import { record } from './operation';

/**
 * Converts the published shapes of a transcript (docs/api.md, row 36) to one: `entries` with `speaker`, `content`
 * and `timestamp`, and the whole transcript as `text`. Other fields are kept.
 */
export function transcript(answer: IDataObject): IDataObject {
	const rows = [answer.entries, answer.transcript, answer.data].find(Array.isArray) as
		| unknown[]
		| undefined;
	if (!rows) return answer;
	const entries = rows.filter(isPlainObject).map(({ role, text, ...entry }) => ({
		...entry,
		speaker: entry.speaker ?? role,
		content: entry.content ?? text,
	}));
	return {
		...answer,
		entries,
		text: entries.map(({ speaker, content }) => `${speaker}: ${content}`).join('\n'),
	};
}

/** The response of operations that return a transcript: a model reads only the text. */
export const TRANSCRIPT = record({ normalize: transcript, doubles: { entries: 'text' } });
