import type { FastifyInstance } from 'fastify';

import { dialogue } from './domains/callTexts.mts';
import { recordedInboundCall } from './domains/inboundCall.mts';
import { findVoicemail } from './domains/voicemail.mts';
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

/** Looks a recording up by ID: the name under which it is sent, or 404. */
const FOLDERS: Record<string, (world: World, id: string) => string> = {
	recordings: ({ store }, id) => {
		const call = store.calls.get(id);
		if (!call || !dialogue(call.status, call.submission).length) {
			throw new ApiError('recording_not_found', `There is no recording ${id}`);
		}
		return `call-${call.call_id}`;
	},
	inbound: ({ store }, id) => `inbound-call-${recordedInboundCall(store, id).id}`,
	voicemails: ({ store }, id) => `voicemail-${findVoicemail(store, id).id}`,
};

/** Serves the recordings that answers link to. Whoever has the link may listen: no token. */
export function registerFiles(app: FastifyInstance, world: World): void {
	const audio = silence();
	for (const [folder, nameOf] of Object.entries(FOLDERS)) {
		app.get<{ Params: { file: string } }>(`/__files/${folder}/:file`, async (request, reply) => {
			const { file } = request.params;
			if (!file.endsWith('.mp3')) {
				throw new ApiError('recording_not_found', `There is no recording ${file}`);
			}
			const name = nameOf(world, file.slice(0, -4));
			return reply
				.header('content-type', 'audio/mpeg')
				.header('content-disposition', `attachment; filename="${name}.mp3"`)
				.send(audio);
		});
	}
}
