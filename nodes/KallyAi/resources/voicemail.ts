import { locator } from '../../shared/fields/kinds';
import { get, type Resource } from '../table/operation';
import { labelled } from '../../shared/transport/rows';

const voicemailId = locator('voicemailId', 'voicemail', {
	required: true,
	description: 'The voicemail, chosen from the list or given by its ID',
});

export const voicemail: Resource = {
	name: 'Voicemail',
	description: 'Messages that callers left on the voicemail',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many voicemails',
			description: 'Get many voicemails that callers left for you',
			request: get('/v1/inbound/voicemails'),
			list: {
				rows: 'voicemails',
				label: labelled(['caller_name', 'caller_number', 'from'], ['created_at', 'received_at']),
			},
		},
		get: {
			name: 'Get',
			action: 'Get voicemail',
			description: 'Get one voicemail with its details',
			request: get('/v1/inbound/voicemails/{voicemailId}'),
			fields: [voicemailId],
		},
		getPlayback: {
			name: 'Get Playback',
			action: 'Get playback of voicemail',
			description: 'Get the link to the audio of a voicemail, or the audio itself as binary data',
			request: get('/v1/inbound/voicemails/{voicemailId}/playback'),
			download: { from: 'link', fileName: 'voicemail.mp3', mimeType: 'audio/mpeg' },
			fields: [voicemailId],
		},
	},
};
