import { locator } from '../../shared/fields/kinds';
import { labelled } from '../../shared/transport/rows';
import { file, get, list, type Resource } from '../table/operation';

const voicemailId = locator('voicemailId', 'voicemail', {
	required: true,
	what: 'The voicemail',
});

export const voicemail = {
	name: 'Voicemail',
	description: 'Voicemails that callers left',
	operations: {
		getAll: {
			name: 'Get Many',
			action: 'Get many voicemails',
			description: 'Get many voicemails from callers',
			request: get('/v1/inbound/voicemails'),
			answer: list({
				rows: 'voicemails',
				label: labelled(['caller_name', 'caller_number', 'from'], ['created_at', 'received_at']),
			}),
		},
		get: {
			name: 'Get',
			action: 'Get voicemail',
			description: 'Get one voicemail with its details',
			request: get('/v1/inbound/voicemails/{voicemailId}'),
			fields: [voicemailId],
		},
		getPlayback: {
			name: 'Get Recording',
			action: 'Get recording of voicemail',
			description: 'Get the link to the audio of a voicemail, or the audio itself as binary data',
			request: get('/v1/inbound/voicemails/{voicemailId}/playback'),
			answer: file('link', 'voicemail.mp3', 'audio/mpeg'),
			fields: [voicemailId],
		},
	},
} satisfies Resource;
