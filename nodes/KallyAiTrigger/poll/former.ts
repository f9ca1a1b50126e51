import type { IDataObject } from 'n8n-workflow';

import { recordId } from '../../shared/transport/rows';
import { idOfContent } from '../cursor/ids';
import type { EventType } from './eventType';

/** The ID that version 0.1.0 used for a row. */
export function formerId({ id, resource }: EventType, row: IDataObject): string {
	return id?.(row) ?? recordId(row, resource) ?? idOfContent(row);
}
