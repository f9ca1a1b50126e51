import type { Operations } from '../operation.mts';
import { assistantOperations } from './assistant.mts';
import { authOperations } from './auth.mts';
import { budgetOperations } from './budget.mts';
import { callOperations } from './call.mts';
import { conversationOperations } from './conversation.mts';
import { creditOperations } from './credit.mts';
import { goalOperations } from './goal.mts';
import { inboundCallOperations } from './inbound-call.mts';
import { inboundContactOperations } from './inbound-contact.mts';
import { inboundRuleOperations } from './inbound-rule.mts';
import { outreachOperations } from './outreach.mts';
import { phoneNumberOperations } from './phone-number.mts';
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
};
