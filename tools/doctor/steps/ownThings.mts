import { fits, REFUSED, unseen } from '../probe.mts';
import { idOf, isRefused, namesIn } from '../reading.mts';
import type { Step } from './step.mts';

const CONTACTS = '/v1/inbound/contacts';
const RULES = '/v1/inbound/rules';
const NAME = 'n8n doctor, to be deleted';

/** A contact with your own number: made, changed, looked at, deleted. */
export const contact: Step = {
	does: 'Create an inbound contact with your number, change it, and delete it',
	leaves: 'Nothing. If your number is already a contact, the request is refused.',
	run: async ({ survey, ownNumber, say }) => {
		const made = await survey.send({
			method: 'POST',
			path: CONTACTS,
			body: { name: NAME, phone_number: ownNumber, is_vip: true },
		});
		const listed = async () =>
			(
				(await survey
					.again('inboundContact.getAll')
					.then(() => survey.rows('inboundContact.getAll'))) ?? []
			).find(({ name }) => name === NAME);
		const id = idOf((isRefused(made) ? undefined : await listed()) ?? {}, 'contact');
		if (id === undefined) return { putRequests: unseen(REFUSED), actionAnswers: unseen(REFUSED) };
		const one = { path: `${CONTACTS}/{contact_id}`, params: { contact_id: id } };
		try {
			const partial = await survey.send({ method: 'PUT', ...one, body: { notes: 'Changed' } });
			const whole = isRefused(partial)
				? await survey.send({
						method: 'PUT',
						...one,
						body: { name: NAME, phone_number: ownNumber, notes: 'Changed' },
					})
				: partial;
			const now = await listed();
			const isReset = isRefused(partial) || now?.is_vip !== true;
			const isBare = Object.keys(whole.body ?? {}).join() === 'success';
			return {
				putRequests: fits(isReset ? 'replace' : 'merge'),
				actionAnswers: isRefused(whole)
					? unseen(REFUSED)
					: fits(isBare ? 'success only' : 'the thing'),
			};
		} finally {
			const gone = await survey.send({ method: 'DELETE', ...one });
			if (isRefused(gone)) say(`The contact "${NAME}" could not be deleted: delete it yourself.`);
		}
	},
};

/** A rule that is off: made, deleted. */
export const rule: Step = {
	does: 'Create an inactive routing rule, and delete it',
	leaves: 'Nothing.',
	run: async ({ survey, say }) => {
		const body = { name: NAME, action: 'answer', is_active: false };
		const post = async (more: object) =>
			await survey.send({ method: 'POST', path: RULES, body: { ...body, ...more } });
		const first = await post({ action_config: {} });
		const isUnknown = isRefused(first) && namesIn(first, ['action_config']).length > 0;
		const made = isRefused(first) ? await post({}) : first;
		if (isRefused(made)) return { ruleConfig: unseen(REFUSED), rulePriority: unseen(REFUSED) };
		const id = idOf(made.body ?? {}, 'rule');
		if (id !== undefined) {
			const gone = await survey.send({
				method: 'DELETE',
				path: `${RULES}/{rule_id}`,
				params: { rule_id: id },
			});
			if (isRefused(gone)) say(`The rule "${NAME}" could not be deleted: delete it yourself.`);
		}
		const { priority } = made.body ?? {};
		return {
			ruleConfig: fits(isUnknown ? 'refused' : 'taken'),
			rulePriority:
				priority === 10
					? fits('10 unless given')
					: priority === 100
						? fits('100 unless given')
						: unseen('the priority is different or missing'),
		};
	},
};

/** An import from nowhere. */
export const imports: Step = {
	does: 'Import contacts from a source named "doctor", which does not exist',
	leaves: 'Nothing.',
	run: async ({ survey }) => {
		const answer = await survey.send({
			method: 'POST',
			path: `${CONTACTS}/import`,
			body: { source: 'doctor' },
		});
		if (!isRefused(answer)) return { importSource: fits('any') };
		const isSource = namesIn(answer, ['source']).length > 0;
		return { importSource: isSource ? fits('google only') : unseen(REFUSED) };
	},
};

/** The last action item of a call gets the status that it has. */
export const actionItem: Step = {
	does: 'Set the last action item of an inbound call to the status that it already has',
	leaves: 'Nothing.',
	run: async ({ survey }) => {
		const rows = (await survey.rows('inboundCall.getAll')) ?? [];
		const row = rows.find(({ action_items: items }) => Array.isArray(items) && items.length > 0);
		if (!row) return { actionItemIndex: unseen('no call has an action item') };
		const { length } = row.action_items;
		const answer = await survey.send({
			method: 'PATCH',
			path: '/v1/inbound/calls/{call_id}/action-items/{index}',
			params: { call_id: idOf(row, 'call') ?? '', index: String(length) },
			body: { status: row.action_items[length - 1].status },
		});
		return { actionItemIndex: fits(isRefused(answer) ? 'from 0' : 'from 1') };
	},
};

/** An unread message is read. */
export const message: Step = {
	does: 'Read one unread message in the inbox',
	leaves: 'The message may count as read afterwards.',
	run: async ({ survey }) => {
		const unread = ((await survey.rows('message.getAll')) ?? []).find((row) => row.unread === true);
		const id = unread && idOf(unread, 'message');
		if (!id) return { reading: unseen('there is no unread message') };
		await survey.again('message.get', { params: { message_id: id } });
		await survey.again('message.getAll');
		const now = ((await survey.rows('message.getAll')) ?? []).find(
			(row) => idOf(row, 'message') === id,
		);
		if (!now) return { reading: unseen('the message is no longer in the list') };
		return { reading: fits(now.unread === true ? 'changes nothing' : 'marks as read') };
	},
};
