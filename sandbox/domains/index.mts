import type { Operations } from '../operation.mts';
import { actionOperations } from './action.mts';
import { assistantOperations } from './assistant.mts';
import { authOperations } from './auth.mts';
import { billOperations } from './bill.mts';
import { bookingOperations } from './booking.mts';
import { budgetOperations } from './budget.mts';
import { calendarOperations } from './calendar.mts';
import { callOperations } from './call.mts';
import { channelOperations } from './channel.mts';
import { contactEmailOperations } from './contactEmail.mts';
import { conversationOperations } from './conversation.mts';
import { creditOperations } from './credit.mts';
import { emailOperations } from './email.mts';
import { emailAccountOperations } from './emailAccount.mts';
import { errandOperations } from './errand.mts';
import { goalOperations } from './goal.mts';
import { inboundCallOperations } from './inboundCall.mts';
import { inboundContactOperations } from './inboundContact.mts';
import { inboundRuleOperations } from './inboundRule.mts';
import { messageOperations } from './message.mts';
import { notificationOperations } from './notification.mts';
import { outreachOperations } from './outreach.mts';
import { phoneNumberOperations } from './phoneNumber.mts';
import { referralOperations } from './referral.mts';
import { searchOperations } from './search.mts';
import { subscriptionOperations } from './subscription.mts';
import { voicemailOperations } from './voicemail.mts';

/** All that the sandbox can do; the document says under which method and path. */
export const operations: Operations = {
	...authOperations,
	...assistantOperations,
	...conversationOperations,
	...goalOperations,
	...callOperations,
	...outreachOperations,
	...budgetOperations,
	...creditOperations,
	...inboundCallOperations,
	...inboundRuleOperations,
	...inboundContactOperations,
	...voicemailOperations,
	...phoneNumberOperations,
	...emailOperations,
	...emailAccountOperations,
	...messageOperations,
	...calendarOperations,
	...bookingOperations,
	...billOperations,
	...errandOperations,
	...actionOperations,
	...searchOperations,
	...channelOperations,
	...contactEmailOperations,
	...notificationOperations,
	...subscriptionOperations,
	...referralOperations,
};
