import type { ListOrder } from './listOrder.mts';

/** How a call can end. */
export const OUTCOMES = ['success', 'no_answer', 'busy', 'failed', 'voicemail'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How an outreach task can end. */
export const OUTREACH_OUTCOMES = ['completed', 'failed'] as const;
export type OutreachOutcome = (typeof OUTREACH_OUTCOMES)[number];

/** What a client hands in to have a business called. */
export interface Submission {
	task_category?: string;
	task_description: string;
	respondent_phone: string;
	business_name?: string;
	user_name?: string;
	user_phone?: string;
	appointment_date?: string;
	appointment_time?: string;
	time_preference_text?: string;
	party_size?: number;
	language?: string;
	call_language?: string;
	is_urgent?: boolean;
	additional_instructions?: string[];
}

/** A call exactly as it is answered, so that reading one costs a lookup. */
export interface Call {
	call_id: string;
	/** An `Outcome`, `scheduled`, `in_progress`, `cancelled`, or whatever was ordered by an event. */
	status: string;
	highlights: string;
	next_steps: string;
	duration_seconds: number;
	credits_used: number;
	metadata: { created_at: string; ended_at?: string };
	submission: Submission;
	timezone: string;
}

export interface Cost {
	action: string;
	credits: number;
	timestamp: string;
}

export interface Goal {
	id: string;
	title: string;
	description: string;
	status: string;
	created_at: string;
	updated_at: string;
	credits_estimated: number;
	parent_goal_id: string | null;
	steps: Array<{ step: number; description: string; status: string }>;
	costs: Cost[];
	budgetApproved: boolean;
	softCapAcknowledged: boolean;
}

export interface Message {
	id: string;
	role: 'user' | 'assistant';
	content: string;
	created_at: string;
	goal_id: string | null;
}

export interface Conversation {
	id: string;
	title: string;
	created_at: string;
	messages: Message[];
}

/** One try of an outreach task; how it ends is decided when it starts and shows when its time is over. */
export interface Attempt {
	channel: string;
	startedMs: number;
	durationMs: number;
	outcome: OutreachOutcome;
	callOutcome: Outcome;
}

export interface OutreachTask {
	id: string;
	goal: string;
	recipient_identifier: string;
	recipient_name: string | null;
	urgency: string | null;
	channel: string;
	createdMs: number;
	cancelledMs: number | null;
	attempts: Attempt[];
}

export interface CreditEntry {
	id: string;
	type: string;
	description: string;
	credits: number;
	timestamp: string;
	goal_id: string | null;
}

/** How a call ends: with a status, or with a success in which the person who answers says something. */
export type Ending = Outcome | { says: string };

/** How the next calls and outreach tasks go. Lists are used in turn. */
export interface Scenario {
	outcome: Ending[];
	/** Endings of the calls to a number, one after the other; the last one goes on. Others end by `outcome`. */
	byNumber: Record<string, Ending[]>;
	durationMs: number;
	/** Empty: derived from `outcome`. */
	outreachOutcome: OutreachOutcome[];
	outreachDurationMs: number;
	/** Order in which lists come. */
	order: ListOrder;
}
