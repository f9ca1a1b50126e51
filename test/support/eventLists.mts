/** Where the rows of each event of the trigger are listed: the path, and their name in the response. */
export const EVENT_LISTS: Record<string, [path: string, rows: string]> = {
	actionLogged: ['/v1/actions/log', 'actions'],
	callFinished: ['/v1/calls', 'calls'],
	emailAwaitingApproval: ['/v1/actions/email/outbox', 'emails'],
	emailReceived: ['/v1/email/messages', 'messages'],
	goalChanged: ['/v1/coordination/goals', 'goals'],
	inboundCall: ['/v1/inbound/calls', 'calls'],
	inboundCallFinished: ['/v1/inbound/calls', 'calls'],
	message: ['/v1/messages/inbox', 'messages'],
	missedCall: ['/v1/inbound/calls', 'calls'],
	notification: ['/v1/notifications/pending', 'actions'],
	outreachFinished: ['/v1/outreach/tasks', 'tasks'],
	voicemail: ['/v1/inbound/voicemails', 'voicemails'],
};
