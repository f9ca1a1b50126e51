import assert from 'node:assert/strict';
import type { SingleStage } from '../../tools/e2e/stage.mts';
import { DataTable } from '../../tools/n8n/dataTables.mts';
import { fillTable } from './campaignTables.mts';
import {
	chooseAction,
	csvFile,
	emptyTables,
	importForms,
	NEW_CAMPAIGN,
	rowsOf,
} from './campaignForms.mts';
import { published } from './executions.mts';
import { begin, lastPage, pageOf, submit, textOf } from '../../tools/n8n/forms.mts';
import type { Scenario } from './player.mts';

const TASK = 'Ask {Name} whether they take part in the market.';

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
const utf8 = (text: string) => Buffer.from(text);
const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** A list of those not to call as people have it: +15550120 and those that follow it. */
const LISTED = [
	'+1 (555) 01-20',
	'001 555 0121',
	'tel:+1.555.0122',
	'15550123',
	'555-0124',
	'Fax: +1 555 0125 / +1 555 0199 (since 2025)',
	'011 1 555 0126',
];

/** Files as people have them, and what is said about each or who is to be called. */
const FILES: Array<[what: string, file: Buffer, leads: Array<[name: string, phone: string]>]> = [
	[
		'semicolons and a mark before the first name',
		utf8('\uFEFFName;Phone\r\nZoë;+15550110\r\n'),
		[['Zoë', '+15550110']],
	],
	['a hint to Excel', utf8('sep=;\r\nphone;name\r\n+15550110;Jo\r\n'), [['Jo', '+15550110']]],
	['tabs, UTF-16', utf16('Phone\tName\r\n+15550110\tŁukasz\r\n'), [['Łukasz', '+15550110']]],
	[
		'UTF-16, bytes the other way round',
		utf16('phone,name\n+15550110,Anna').swap16(),
		[['Anna', '+15550110']],
	],
	[
		'Windows, one line with an accent',
		latin1('name,phone\nJosé,+15550110'),
		[['José', '+15550110']],
	],
	[
		'UTF-8 with one accent among much text without',
		utf8(
			`name,phone,note\n${'Jo,+15550111,the bread and the coffee at the market\n'.repeat(300)}José,+15550110,x`,
		),
		[
			['Jo', '+15550111'],
			['José', '+15550110'],
		],
	],
	[
		'quoted commas, quotes and lines within a value, columns nobody asked for',
		utf8(
			'id,name,phone,note\n7,"Ines ""Pan"", Ltd.","+1 555-0110","line 1\nline 2"\n8,5" pipes,+15550111,',
		),
		[
			['Ines "Pan", Ltd.', '+15550110'],
			['5" pipes', '+15550111'],
		],
	],
	[
		'empty lines, rows of nothing but commas',
		utf8('name,phone\n\nJo,+15550110\n,\n , \n\nAnn,+15550111\n,\n'),
		[
			['Jo', '+15550110'],
			['Ann', '+15550111'],
		],
	],
	[
		'one number in many spellings',
		utf8(
			'PHONE NUMBER,name\n+44 (0)20 7946 0123,Jo\n0044 20 7946 0123,Ann\n+44\u00a020\u20117946\u20110123,Lea\n\u202a+442079460123\u202c,Tom',
		),
		[['Jo', '+442079460123']],
	],
	[
		'an apostrophe and a formula',
		utf8('phone,name\n\'+15550110,Jo\n"=""+15550111""",Ann'),
		[
			['Jo', '+15550110'],
			['Ann', '+15550111'],
		],
	],
	[
		'a hint to Excel behind a mark, the numbers as forms and cards write them',
		utf8('\uFEFFsep=;\r\nphone;name\r\np:+15550110;Jo\r\ntel:+1-555-0111;Ann\r\n'),
		[
			['Jo', '+15550110'],
			['Ann', '+15550111'],
		],
	],
	[
		'last values left out, separators at the end, one row with a value too many',
		utf8('name;phone;note\nJo;+15550110\nAnn;+15550111;x;;\nTom;+15550112;a;b\nLea;+15550113;x'),
		[
			['Jo', '+15550110'],
			['Ann', '+15550111'],
			['Lea', '+15550113'],
		],
	],
	[
		'line ends of three kinds, empty lines before the names of the columns',
		utf8('\n\r\nname;phone\r\nJo;+15550110\nAnn;+15550111\rLea;+15550112'),
		[
			['Jo', '+15550110'],
			['Ann', '+15550111'],
			['Lea', '+15550112'],
		],
	],
	[
		'several columns of numbers, of which one has a value',
		utf8('name,phone,Phone,Phone Number\nJo,+15550110,,\nAnn,,+15550111,\nLea,,,+15550112'),
		[
			['Jo', '+15550110'],
			['Ann', '+15550111'],
			['Lea', '+15550112'],
		],
	],
	[
		'columns without a name, with a name of JavaScript, with a line and an invisible character in it',
		utf8('name,"Phone\nNumber\u200b",,constructor,__proto__\nJo,+15550110,x,y,z'),
		[['Jo', '+15550110']],
	],
	[
		'a quote that is not closed',
		utf8('name,phone\n"Jo,+15550110\nAnn,+15550111'),
		[['Ann', '+15550111']],
	],
	[
		'numbers on the list of those not to call, however they are written there',
		utf8(
			`name,phone\n${LISTED.map((_, index) => `No,+1555012${index}`).join('\n')}\nNo,+442079460124\nJo,+15550110`,
		),
		[['Jo', '+15550110']],
	],
];

/** Files of which nobody can be called. */
const REFUSED: Array<[what: string, file: Buffer, said: RegExp]> = [
	['no column of numbers', utf8('Name,Mobile\nJo,+15550110'), /no column "phone".*name, mobile/],
	['a workbook', utf8('PK\u0003\u0004…'), /workbook: save it as CSV/],
	['a row with too many values', utf8('name,phone\nJo,+15550110,x'), /Row 2: has more values than/],
	['rows as a spreadsheet counts them', utf8('name,phone\n\n\n"Jo\nAnn",5'), /Row 4: "5" is not/],
	...['EST', 'BST', 'UTC+2', '+02:00', 'local', 'Eastern Standard Time'].map(
		(zone): [string, Buffer, RegExp] => [
			`the time zone ${zone}`,
			utf8(`name,phone,Time Zone\nJo,+15550110,${zone}`),
			/Row 2: has the unknown time zone/,
		],
	),
	['nothing', utf8(''), /no column "phone"/],
	['only names of columns', utf8('name,phone\n'), /no column "phone"|No row/],
	['shortened by a spreadsheet', utf8('name,phone\nJo,4.42079E+11'), /shortened by a spreadsheet/],
	['the plus lost', utf8('name,phone\nJo,15550110'), /does not start with \+ and a country code/],
	[
		'a national number',
		utf8('name,phone\nJo,020 7946 0123'),
		/does not start with \+ and a country code/,
	],
	['two numbers', utf8('name,phone\nJo,+15550110 ::: +15550111'), /is not a phone number/],
	['an extension', utf8('name,phone\nJo,+15550110 x12'), /is not a phone number/],
	['no number', utf8('name,phone\nJo,'), /Row 2: has no phone number/],
];

const MANY = 5_000;

/** What the form of a new campaign makes of what it is given. */
export const campaignControlScenarios: Array<Scenario<SingleStage>> = [
	{
		name: 'campaign control: CSV files as people have them',
		async run(stage) {
			const { id, form } = await importForms(stage);
			const fill = async (file: Buffer) =>
				await begin(form, {
					...NEW_CAMPAIGN,
					'field-1': new File([new Uint8Array(file)], 'leads.csv', { type: 'text/csv' }),
					'field-3': TASK,
				});
			await published(stage, id, async () => {
				for (const [what, file, leads] of FILES) {
					await emptyTables(stage);
					const list = [...LISTED, '020 7946 0124'].map((phone) => ({ phone, reason: 'Asked' }));
					await fillTable(stage.client, 'do not call', list);
					const page = await fill(file);
					await pageOf(page);
					await submit(page, { 'field-1': 'Confirm' });
					await lastPage(page);
					const rows = await rowsOf(stage, 'campaign leads');
					assert.deepEqual(
						rows.map(({ name, phone }) => [name, phone]),
						leads,
						what,
					);
				}
				await emptyTables(stage);
				for (const [what, file, said] of REFUSED)
					assert.match(textOf(await lastPage(await fill(file))), said, what);
				assert.deepEqual(await rowsOf(stage, 'campaign leads'), []);
			});
			return `${FILES.length} files read, ${REFUSED.length} refused with a reason`;
		},
	},
	{
		name: 'campaign control: from a data table',
		async run(stage) {
			const columns = ['Name', 'phone', 'company'].map((name) => ({ name, type: 'string' }));
			const source = await DataTable.named(stage.client, 'people to call', columns);
			await source.clear();
			await source.insert([
				{ Name: 'Clara', phone: '+15550110', company: 'Harbour' },
				{ Name: 'Tom', phone: '555', company: 'Mill' },
			]);
			const { id, form } = await importForms(stage);
			await published(stage, id, async () => {
				const missing = await begin(form, { ...NEW_CAMPAIGN, 'field-2': 'your leads' });
				assert.match(textOf(await lastPage(missing)), /cannot be read/);
				const page = await begin(form, { ...NEW_CAMPAIGN, 'field-2': 'people to call' });
				assert.match(textOf(await pageOf(page)), /Leads to call: 1, rows left out: 1/);
				await submit(page, { 'field-1': 'Confirm' });
				await lastPage(page);
			});
			const [lead] = await rowsOf(stage, 'campaign leads');
			assert.equal(lead?.name, 'Clara');
			// What n8n keeps about its rows is nothing to talk about.
			assert.deepEqual(JSON.parse(String(lead?.variables)), { company: 'Harbour' });
			return '1 lead, 1 row refused';
		},
	},
	{
		name: 'campaign control: two clicks on Confirm start one campaign, and add nobody twice',
		async run(stage) {
			const { id, form, change } = await importForms(stage);
			const fields = {
				...NEW_CAMPAIGN,
				'field-1': csvFile('name,phone\nJo,+15550110\nAnn,+15550111'),
				'field-3': TASK,
			};
			const more = { 'field-0': 'Spring', 'field-1': csvFile('name,phone\nLea,+15550112') };
			await published(stage, id, async () => {
				const twice = async (dryRun: () => Promise<string>) => {
					const pages = [await dryRun(), await dryRun()];
					for (const page of pages) await pageOf(page);
					await Promise.all(
						pages.map(async (page) => await submit(page, { 'field-1': 'Confirm' })),
					);
					return await Promise.all(pages.map(async (page) => textOf(await lastPage(page))));
				};
				const started = await twice(async () => await begin(form, fields));
				assert.equal(started.filter((text) => /Leads imported: 2\b/.test(text)).length, 1);
				assert.equal(
					started.filter((text) => /already a campaign with this name/.test(text)).length,
					1,
				);
				const added = await twice(
					async () => await chooseAction(change, 'Add leads', { ...more, 'field-2': '' }),
				);
				assert.equal(added.filter((text) => /Leads imported: 1\b/.test(text)).length, 1);
				// The other one was looked at again.
				assert.equal(added.filter((text) => /already in the campaign/.test(text)).length, 1);
			});
			const phones = (await rowsOf(stage, 'campaign leads')).map(({ phone }) => phone);
			assert.deepEqual(phones, ['+15550110', '+15550111', '+15550112']);
			const campaigns = await rowsOf(stage, 'campaigns');
			assert.deepEqual(
				campaigns.map(({ status, leads }) => [status, leads]),
				[['running', 3]],
			);
			assert.equal((await rowsOf(stage, 'lines')).length, Number(NEW_CAMPAIGN['field-9']));
			return '3 leads in one campaign';
		},
	},
	{
		name: 'campaign control: hours that cannot be read are refused before anybody is called',
		async run(stage) {
			const { id, form } = await importForms(stage);
			const hours = ['Mon-Fri 09:00-09:00', 'Mondai 09:00-17:00', 'Mon-daily 09:00-17:00', '24/7'];
			await published(stage, id, async () => {
				const csv = csvFile('name,phone\nJo,+15550110');
				for (const text of hours) {
					const fields = { 'field-1': csv, 'field-3': TASK, 'field-6': text };
					const page = await begin(form, { ...NEW_CAMPAIGN, ...fields });
					assert.match(textOf(await lastPage(page)), /hours are not valid/, text);
				}
			});
			return `${hours.length} refused`;
		},
	},
	{
		name: 'campaign control: leads added to a paused campaign wait for it, a stopped one takes none',
		async run(stage) {
			const name = 'Campaña "de otoño" 🌷';
			const { id, form, change } = await importForms(stage);
			await published(stage, id, async () => {
				const started = await begin(form, {
					...NEW_CAMPAIGN,
					'field-0': name,
					'field-1': csvFile('name,phone\nJo,+15550110'),
					'field-3': TASK,
				});
				await pageOf(started);
				await submit(started, { 'field-1': 'Confirm' });
				await lastPage(started);
				const choose = async (action: string, fields: Record<string, string | File> = {}) =>
					await chooseAction(change, action, { 'field-0': name, ...fields });
				const add = async (phone: string) =>
					await choose('Add leads', {
						'field-1': csvFile(`name,phone\nLea,${phone}`),
						'field-2': '',
					});
				await lastPage(await choose('Pause'));
				const added = await add('+15550111');
				await pageOf(added);
				await submit(added, { 'field-1': 'Confirm' });
				assert.match(
					textOf(await lastPage(added)),
					/is paused: the calls begin once it is resumed/,
				);
				await lastPage(await choose('Stop'));
				const refused = textOf(await lastPage(await add('+15550112')));
				assert.match(refused, /is stopped, which is permanent/);
			});
			const phones = (await rowsOf(stage, 'campaign leads')).map(({ phone }) => phone);
			assert.deepEqual(phones, ['+15550110', '+15550111']);
			return '1 lead added while paused, none after the stop';
		},
	},
	{
		name: 'campaign control: a campaign whose import was interrupted takes no leads, and can be stopped',
		async run(stage) {
			const { id, form, change } = await importForms(stage);
			await fillTable(stage.client, 'campaigns', [
				{ campaign: 'Spring', status: 'starting', task: TASK, timezone: 'Europe/Madrid', leads: 2 },
			]);
			await fillTable(stage.client, 'campaign leads', [
				{ campaign: 'Spring', lead: '1', phone: '+15550110', status: 'due' },
			]);
			await published(stage, id, async () => {
				const file = { 'field-1': csvFile('name,phone\nJo,+15550110\nAnn,+15550111') };
				const choose = async (action: string, fields: Record<string, string | File> = {}) =>
					textOf(
						await lastPage(await chooseAction(change, action, { 'field-0': 'Spring', ...fields })),
					);
				const again = await begin(form, { ...NEW_CAMPAIGN, ...file, 'field-3': TASK });
				for (const said of [
					textOf(await lastPage(again)),
					await choose('Add leads', { ...file, 'field-2': '' }),
				])
					assert.match(said, /Not all leads of the campaign with this name are imported/);
				assert.match(await choose('Stop'), /The campaign is stopped/);
			});
			const statuses = (await rowsOf(stage, 'campaign leads')).map(({ status }) => status);
			assert.deepEqual(statuses, ['stopped']);
			return 'said by both forms, then stopped';
		},
	},
	{
		name: 'campaign control: 5000 rows',
		async run(stage) {
			const { id, form } = await importForms(stage);
			const rows = Array.from(
				{ length: MANY },
				(_, index) => `Lead ${index},+1555${String(1_000_000 + index)},Company ${index}`,
			);
			const csv = `name,phone,company\n${rows.join('\n')}\nAgain,+15551000000,x`;
			const started = performance.now();
			const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
			return await published(stage, id, async () => {
				const page = await begin(form, { ...NEW_CAMPAIGN, 'field-1': csvFile(csv) });
				assert.match(textOf(await pageOf(page)), /Leads to call: 5000, rows left out: 1/);
				const checked = seconds();
				await submit(page, { 'field-1': 'Confirm' });
				assert.match(textOf(await lastPage(page)), /Leads imported: 5000\b/);
				assert.equal((await rowsOf(stage, 'campaign leads')).length, MANY);
				return `dry run after ${checked} s, all imported after ${seconds()} s`;
			});
		},
	},
];
