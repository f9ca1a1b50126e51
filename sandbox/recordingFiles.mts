import type { FastifyInstance } from 'fastify';

import { now } from './clock.mts';
import { spokenIn } from './domains/call.mts';
import { recordedInboundCall } from './domains/inboundCall.mts';
import { findVoicemail } from './domains/voicemail.mts';
import { ApiError } from './errors.mts';
import type { Memory } from './memory.mts';

const FRAME_BYTES = 417;
const FRAMES = 38;

/** One second of silence: MPEG-1 layer III frames (128 kbit/s, 44.1 kHz) with nothing in them. */
function silence(): Buffer {
	const frame = Buffer.alloc(FRAME_BYTES);
	frame.set([0xff, 0xfb, 0x90, 0x00]);
	return Buffer.concat(Array.from({ length: FRAMES }, () => frame));
}

/** Looks a recording up by ID: the name under which it is sent, or 404. */
const FOLDERS: Record<string, (memory: Memory, id: string) => string> = {
	recordings: ({ store }, id) => {
		const call = store.calls.get(id);
		if (!call || !spokenIn(store, call).length) {
			throw new ApiError('recording_not_found', `There is no recording ${id}`);
		}
		return `call-${call.call_id}`;
	},
	inbound: ({ store }, id) => `inbound-call-${recordedInboundCall(store, id).id}`,
	voicemails: ({ store }, id) => `voicemail-${findVoicemail(store, id).id}`,
};

/** Serves the recordings that answers link to. Whoever has the link may listen without a token, unless it says more. */
export function registerFiles(app: FastifyInstance, memory: Memory): void {
	const audio = silence();
	for (const [folder, nameOf] of Object.entries(FOLDERS)) {
		app.get<{
			Params: { file: string };
			Querystring: { link?: string };
		}>(`/__files/${folder}/:file`, async (request, reply) => {
			const { file } = request.params;
			const link = String(request.query.link ?? '');
			if (link === 'redirect') return reply.redirect(`/__files/${folder}/${file}`);
			if (link === 'guarded') memory.tokens.authenticate(request.headers.authorization);
			const until = /^until-(\d+)$/.exec(link)?.[1];
			if (until && now() > Number(until)) {
				throw new ApiError('forbidden', 'This link has expired', 'link_expired');
			}
			if (!file.endsWith('.mp3')) {
				throw new ApiError('recording_not_found', `There is no recording ${file}`);
			}
			const name = nameOf(memory, file.slice(0, -4));
			return reply
				.header('content-type', 'audio/mpeg')
				.header('content-disposition', `attachment; filename="${name}.mp3"`)
				.send(audio);
		});
	}
}
