import { file } from './operation';

/** The audio of a call: the response has a link to it. */
export const RECORDING = file('link', 'recording.mp3', 'audio/mpeg');

/** What a PUT may do to fields that are not sent (docs/api.md, section 10). */
export const MAY_RESET = 'Only the fields you add are sent, and KallyAI may reset the others';
