/** Parameters of a call to the number that an item carries. */
export const MAKE_CALL = {
	resource: 'call',
	operation: 'make',
	taskCategory: 'general',
	taskDescription: 'Ask whether the order has arrived',
	respondentPhone: '={{ $json.phone }}',
	timezone: '',
};

/** Parameters of an outreach task for the number that an item carries. */
export const REACH_LEAD = {
	resource: 'outreach',
	operation: 'create',
	goal: 'Confirm the visit',
	recipientIdentifier: '={{ $json.phone }}',
};

/** Parameters of an email, one for each item, told by the number that it carries. */
export const EMAIL_ABOUT_LEAD = {
	resource: 'email',
	operation: 'send',
	to: 'clara@example.org',
	subject: '={{ $json.phone }}',
	body: 'Does Friday at ten suit you?',
};

/** Somebody to call. */
export type Lead = { id: string; phone: string };

/** Up to a thousand different leads, with numbers that are reserved for fiction. */
export const leads = (count: number): Lead[] =>
	Array.from({ length: count }, (_, index) => ({
		id: `lead-${index + 1}`,
		phone: `+442079460${String(index).padStart(3, '0')}`,
	}));

/** A write that is not repeated, and that is given up after a second. */
export const SHORT_OF_TIME = {
	resource: 'budget',
	operation: 'approve',
	goalId: 'g-1',
	options: { timeout: 1 },
};
