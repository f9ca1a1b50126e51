import { InputError } from '../../shared/errors/errors';
import { safeText } from '../../shared/errors/safeText';
import { nextWithin } from '../../shared/fields/weeklyHours';
import { getMember } from '../../shared/objects';
import { OPTION_TITLES } from '../../shared/optionTitles';
import { MOST_PER_EXECUTION } from '../table/options';
import { setNewest } from './bounded';
import type { Plan } from './plan';

/** A piece of work as the limits see it. */
export interface Spending {
	/** Execution and operation: what 'Max per Execution' counts. */
	group: string;
	/** Whether only the last hour of the group counts, because there is no execution that ends. */
	hourly?: boolean;
	/** Phone number or address that is contacted; undefined if nobody is. */
	recipient?: string;
}

/** The limits that a user has set for an operation. */
export interface SpendingLimits {
	/** Maximum number of works in a group. */
	maxPerExecution?: number;
	/** Recipients that may be contacted; `*` at the start or end is a wildcard. */
	allowedRecipients?: string[];
	/** Minutes during which a recipient is not contacted again. */
	minutesBetween?: number;
}

/** The limit that a work exceeds. */
export type Exceeded =
	| { limit: 'maxPerExecution'; max: number }
	| { limit: 'allowedRecipients'; recipient: string }
	| { limit: 'minutesBetween'; recipient: string; minutesAgo: number };

/** A work that is counted. */
export interface Taken {
	/** Removes it again if it was refused and thus contacted nobody. */
	giveBack(): void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MOST_RECIPIENTS = 20_000;
const MOST_GROUPS = 5000;

/** Spaces and punctuation do not make a different number, nor capitals a different address. */
const plain = (recipient: string): string => recipient.replace(/[\s().-]/g, '').toLowerCase();

/** Whether a recipient is the allowed one, or matches its wildcard. */
function matches(recipient: string, allowed: string): boolean {
	if (allowed === '' || allowed === '*') return false;
	if (allowed.endsWith('*')) return recipient.startsWith(allowed.slice(0, -1));
	if (allowed.startsWith('*')) return recipient.endsWith(allowed.slice(1));
	return recipient === allowed;
}

/**
 * What this process has spent, and on which recipients, so that limits apply across its executions. Bounded; the
 * oldest are removed first.
 */
export class Spent {
	/** Time of the last work by recipient. */
	private readonly reached = new Map<string, number>();

	/** Works by group. */
	private readonly counts = new Map<string, number>();

	/** Times of the works in groups that are counted per hour. */
	private readonly times = new Map<string, number[]>();

	private readonly now: () => number;

	constructor(now: () => number = () => Date.now()) {
		this.now = now;
	}

	/** Counts a work, unless it exceeds a limit. */
	take(spending: Spending, limits: SpendingLimits): Taken | Exceeded {
		const { group, hourly } = spending;
		const recipient = spending.recipient === undefined ? undefined : plain(spending.recipient);
		const count = hourly ? this.inLastHour(group).length : (this.counts.get(group) ?? 0);
		const before = recipient === undefined ? undefined : this.reached.get(recipient);
		const exceeded = this.exceeded(limits, count, recipient, before);
		if (exceeded) return exceeded;
		const taken = this.now();
		if (hourly) {
			const times = [...this.inLastHour(group), taken].slice(-MOST_PER_EXECUTION);
			setNewest(this.times, group, times, MOST_GROUPS);
		} else {
			setNewest(this.counts, group, count + 1, MOST_GROUPS);
		}
		if (recipient !== undefined) setNewest(this.reached, recipient, taken, MOST_RECIPIENTS);
		return {
			giveBack: () => {
				if (hourly) this.forgetTime(group, taken);
				else this.counts.set(group, Math.max(0, (this.counts.get(group) ?? 0) - 1));
				if (recipient === undefined || this.reached.get(recipient) !== taken) return;
				if (before === undefined) this.reached.delete(recipient);
				else this.reached.set(recipient, before);
			},
		};
	}

	private inLastHour(group: string): number[] {
		const now = this.now();
		return (this.times.get(group) ?? []).filter((time) => now - time < HOUR_MS);
	}

	private forgetTime(group: string, time: number): void {
		const times = this.times.get(group) ?? [];
		const index = times.indexOf(time);
		if (index >= 0) times.splice(index, 1);
	}

	private exceeded(
		{ maxPerExecution, allowedRecipients, minutesBetween }: SpendingLimits,
		count: number,
		recipient: string | undefined,
		before: number | undefined,
	): Exceeded | undefined {
		if (maxPerExecution !== undefined && count >= maxPerExecution) {
			return { limit: 'maxPerExecution', max: maxPerExecution };
		}
		if (recipient === undefined) return undefined;
		if (allowedRecipients && !allowedRecipients.some((one) => matches(recipient, plain(one)))) {
			return { limit: 'allowedRecipients', recipient };
		}
		if (minutesBetween === undefined || before === undefined) return undefined;
		const minutesAgo = (this.now() - before) / MINUTE_MS;
		if (minutesAgo >= minutesBetween) return undefined;
		return { limit: 'minutesBetween', recipient, minutesAgo: Math.floor(minutesAgo) };
	}
}

const spent = new Spent();

const ADVICE = 'Nothing was sent for this item. The option says what is allowed.';

function refusalOf(exceeded: Exceeded): InputError {
	switch (exceeded.limit) {
		case 'maxPerExecution':
			return new InputError(
				`'${OPTION_TITLES.maxPerExecution}' is ${exceeded.max}, and this would exceed it`,
				ADVICE,
			);
		case 'allowedRecipients':
			return new InputError(
				`'${OPTION_TITLES.allowedRecipients}' does not include ${safeText(exceeded.recipient)}`,
				ADVICE,
			);
		case 'minutesBetween':
			return new InputError(
				`'${OPTION_TITLES.minutesBetween}' has not passed for ${safeText(exceeded.recipient)}, contacted ${exceeded.minutesAgo} minutes ago`,
				ADVICE,
			);
	}
}

/**
 * Counts an item that spends; undefined for one that does not.
 *
 * @param execution identifies its execution, or a workflow whose last hour counts
 * @throws InputError if it exceeds a limit of its options
 */
export function take(
	{ operation, work, body = {}, options }: Plan,
	execution: Pick<Spending, 'group' | 'hourly'>,
): Taken | undefined {
	const { spends } = operation;
	if (!spends) return undefined;
	const recipient = spends.recipient === undefined ? undefined : getMember(body, spends.recipient);
	const result = spent.take(
		{
			...execution,
			group: `${execution.group} ${work}`,
			recipient: recipient === undefined ? undefined : String(recipient),
		},
		options,
	);
	if ('limit' in result) throw refusalOf(result);
	return result;
}

/**
 * Checks that an item may be sent now.
 *
 * @throws InputError if its turn came too late, or outside its contact hours with the next allowed time
 */
export function checkMoment(plan: Plan): void {
	const { operation, body = {}, options, sendBefore = Infinity, timezone } = plan;
	const { callingHours, recipientTimezone, sendWithin } = options;
	const now = Date.now();
	if (now >= sendBefore) {
		throw new InputError(
			`'${OPTION_TITLES.sendWithin}' is ${sendWithin}, but this item's turn came later`,
			'Nothing was sent for this item. Run the workflow again for it, or raise the option.',
			{ code: 'not_sent_in_time' },
		);
	}
	if (!callingHours) return;
	const field = operation.spends?.contacts?.timezone;
	const own = field === undefined ? undefined : getMember(body, field);
	const zone = recipientTimezone ?? (typeof own === 'string' ? own : timezone);
	const allowed = nextWithin(callingHours, zone, now);
	if (allowed === now) return;
	const nextAllowedAt = new Date(allowed).toISOString();
	throw new InputError(
		`'${OPTION_TITLES.callingHours}' do not allow this before ${nextAllowedAt} (time zone ${safeText(zone)})`,
		ADVICE,
		{ code: 'outside_contact_hours', nextAllowedAt },
	);
}
