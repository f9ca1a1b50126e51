import type { Operations } from '../operation.mts';
import { actionOperations } from './action.mts';
import { assistantOperations } from './assistant.mts';
import { authOperations } from './auth.mts';
import { billOperations } from './bill.mts';
import { bookingOperations } from './booking.mts';
import { budgetOperations } from './budget.mts';
import { calendarOperations } from './calendar.mts';
import { callOperations } from './call.mts';
import { conversationOperations } from './conversation.mts';
import { creditOperations } from './credit.mts';
import { emailOperations } from './email.mts';
import { emailAccountOperations } from './email-account.mts';
import { errandOperations } from './errand.mts';
import { goalOperations } from './goal.mts';
import { messageOperations } from './message.mts';
import { outreachOperations } from './outreach.mts';
import { searchOperations } from './search.mts';

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
	...emailOperations,
	...emailAccountOperations,
	...messageOperations,
	...calendarOperations,
	...bookingOperations,
	...billOperations,
	...errandOperations,
	...actionOperations,
	...searchOperations,
};
