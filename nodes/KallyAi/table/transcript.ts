import type { IDataObject } from 'n8n-workflow';

import { isPlainObject } from '../../shared/objects';
import { record } from './operation';

/**
 * Brings the published shapes of a transcript (docs/api.md, row 36) into one:
 * `entries` of `speaker`, `content` and `timestamp`, and the whole as `text`. Other fields stay.
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

/** The answer of operations that give a transcript: a model reads the text. */
export const TRANSCRIPT = record({ normalize: transcript, doubles: { entries: 'text' } });
