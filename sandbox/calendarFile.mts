import type { Call } from './model.mts';

function escape(text: string): string {
	return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');
}

function compact(timestamp: string): string {
	return timestamp.replace(/[-:]/g, '');
}

/** The appointment of a call, or the call itself where none was asked for, as an iCalendar file. */
export function calendarFile(call: Call): string {
	const {
		appointment_date: date,
		appointment_time: time,
		business_name,
		task_description,
	} = call.submission;
	let start = `DTSTART:${compact(call.metadata.created_at)}`;
	if (date && time) start = `DTSTART;TZID=${call.timezone}:${compact(date)}T${compact(time)}00`;
	else if (date) start = `DTSTART;VALUE=DATE:${compact(date)}`;
	return [
		'BEGIN:VCALENDAR',
		'VERSION:2.0',
		'PRODID:-//KallyAI sandbox//EN',
		'BEGIN:VEVENT',
		`UID:${call.call_id}@sandbox.example`,
		`DTSTAMP:${compact(call.metadata.created_at)}`,
		start,
		`SUMMARY:${escape(business_name ?? 'Phone call')}`,
		`DESCRIPTION:${escape(task_description)}`,
		'END:VEVENT',
		'END:VCALENDAR',
		'',
	].join('\r\n');
}
