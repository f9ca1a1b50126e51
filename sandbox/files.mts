import type { FastifyInstance } from 'fastify';

import { dialogue } from './domains/call-texts.mts';
import { ApiError } from './errors.mts';
import type { World } from './world.mts';

const FRAME_BYTES = 417;
const FRAMES = 38;

/** One second of silence: MPEG-1 layer III frames (128 kbit/s, 44.1 kHz) with nothing in them. */
function silence(): Buffer {
	const frame = Buffer.alloc(FRAME_BYTES);
	frame.set([0xff, 0xfb, 0x90, 0x00]);
	return Buffer.concat(Array.from({ length: FRAMES }, () => frame));
}

/** Serves the recordings that answers link to. Whoever has the link may listen: no token. */
export function registerFiles(app: FastifyInstance, world: World): void {
	const audio = silence();
	app.get<{ Params: { file: string } }>('/__files/recordings/:file', async (request, reply) => {
		const { file } = request.params;
		const call = file.endsWith('.mp3') ? world.store.calls.get(file.slice(0, -4)) : undefined;
		if (!call || !dialogue(call.status, call.submission).length) {
			throw new ApiError('recording_not_found', `There is no recording ${file}`);
		}
		return reply
			.header('content-type', 'audio/mpeg')
			.header('content-disposition', `attachment; filename="call-${call.call_id}.mp3"`)
			.send(audio);
	});
}
