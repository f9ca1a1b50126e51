import type { ApiDocument } from './document.mts';

/**
 * Words that say how a thing is and tell nothing of anybody. A status that is made of others is not written down: it may
 * be somebody's text.
 */
const STATES = (
	'active accepted acknowledged agreed answered approved archived at_risk awaiting awaiting_approval blocked booked busy ' +
	'calling cancelled canceled closed completed confirmed connected connecting converted created declined deferred ' +
	'delayed deleted delivered denied dialing disabled disconnected done draft due ended enabled error escalated expired ' +
	'failed finished handled hung_up idle ignored inactive in_call in_flight in_progress initiated invalid live lost ' +
	'missed needs_approval needs_input negotiating new no_answer none ok on_hold open overdue paid paused pending ' +
	'pending_approval planned preparing processing provisioned queued read ready received rejected released replied ' +
	'requested rescheduled resolved retrying revoked ringing running scheduled sending sent skipped spam started starting ' +
	'stopped stuck submitted succeeded success suspended terminated timed_out timeout transferred trial trialing unknown ' +
	'unread unverified used verified verifying voicemail waiting waiting_for_input waiting_for_user warning working'
).split(' ');

/** Names of fields that the document does not have, but that other sources or conventions do. */
const OTHER_FIELDS = (
	'items data results records rows list entries calls messages conversations goals tasks events contacts rules voicemails ' +
	'numbers countries targets searches sources slots replies emails accounts actions referrals count total has_more next ' +
	'next_cursor cursor page page_size per_page pages previous limit offset meta metadata links error errors detail details ' +
	'message code reason correlation_id request_id success ok status type kind id uuid name title created_at updated_at ' +
	'ended_at started_at to from ended result_summary business_name portal_url role text speaker content transcript call_id ' +
	'event_id rule_id contact_id voicemail_id phone_number_id message_id reply_id email_id goal_id task_id user_id ' +
	'account_id duration duration_seconds credits credits_used minutes minutes_used plan plan_type has_active_subscription ' +
	'provider url expires_at timezone language'
).split(' ');

/** What may be written into a report: words that are known beforehand. Everything else is told by its type only. */
export class Masking {
	private readonly fields: Set<string>;
	private readonly states: Set<string>;

	constructor(document: ApiDocument) {
		const words = document.words();
		this.fields = new Set([...words, ...OTHER_FIELDS]);
		this.states = new Set([...words, ...STATES]);
	}

	/** The name of a field. */
	field(name: string): string {
		return this.fields.has(name) ? name : '<another name>';
	}

	/** The value of a field that says how a thing is. */
	state(value: unknown): string {
		if (value === null || value === undefined) return 'nothing';
		if (typeof value !== 'string') return `<${typeof value}>`;
		return this.states.has(value) ? value : `<another word>`;
	}
}
