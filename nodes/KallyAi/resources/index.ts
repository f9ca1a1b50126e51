import type { Lookups, Resources } from '../table/operation';
import { action } from './action';
import { assistant } from './assistant';
import { bill } from './bill';
import { booking } from './booking';
import { budget } from './budget';
import { calendar } from './calendar';
import { call } from './call';
import { channel } from './channel';
import { contactEmail } from './contactEmail';
import { conversation } from './conversation';
import { credit } from './credit';
import { email } from './email';
import { emailAccount } from './emailAccount';
import { errand } from './errand';
import { goal } from './goal';
import { inboundCall } from './inboundCall';
import { inboundContact } from './inboundContact';
import { inboundRule } from './inboundRule';
import { message } from './message';
import { notification } from './notification';
import { outreach } from './outreach';
import { phoneNumber } from './phoneNumber';
import { referral } from './referral';
import { search } from './search';
import { subscription } from './subscription';
import { voicemail } from './voicemail';

/** The node's resources by their stored value, in the order of the editor's list: by use, the account last. */
export const resources = {
	assistant,
	call,
	inboundCall,
	message,
	email,
	outreach,
	search,
	booking,
	calendar,
	errand,
	bill,
	goal,
	conversation,
	voicemail,
	inboundContact,
	inboundRule,
	phoneNumber,
	channel,
	contactEmail,
	emailAccount,
	action,
	notification,
	budget,
	credit,
	subscription,
	referral,
} satisfies Resources;

/** Operations that the execution and the editor use besides those that a user selects. */
export const lookups = {
	balance: credit.operations.getBalance,
	estimate: budget.operations.estimate,
	countries: phoneNumber.operations.getSupportedCountries,
} satisfies Lookups;
