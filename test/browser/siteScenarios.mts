import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import type { Page } from 'playwright-core';
import { OTHER_SITE } from '../../tools/browser/chromium.mts';
import { LOOPBACK } from '../../tools/lib/ports.mts';
import type { WorkflowFile, WorkflowNode } from '../../tools/n8n/client.mts';
import { workflowNode } from '../../tools/n8n/workflowParts.mts';
import { executionIds, executionsOf } from '../e2e/executions.mts';
import type { Scenario } from '../e2e/player.mts';
import type { BrowserStage } from './editorScenarios.mts';

const TRIGGER = 'Trigger';
const NO_PROXY = { proxy: false } as const;

/** A workflow that begins when somebody asks for an address. */
function askedFor(type: string, typeVersion: number, parameters: object): WorkflowFile {
	const trigger = workflowNode(TRIGGER, type, typeVersion, { ...parameters });
	return { name: 'Asked for', nodes: [{ ...trigger, webhookId: randomUUID() }], connections: {} };
}

const form = (): WorkflowFile =>
	askedFor('n8n-nodes-base.formTrigger', 2.2, {
		formTitle: 'Appointment',
		formFields: { values: [{ fieldLabel: 'Name' }] },
		options: {},
	});

const webhook = (httpMethod: string): WorkflowFile =>
	askedFor('n8n-nodes-base.webhook', 2, { httpMethod, path: randomUUID(), options: {} });

/** Publishes a workflow, does something and takes it out of service again. */
async function whilePublished<T>(
	{ client }: BrowserStage,
	workflow: WorkflowFile,
	act: (id: string) => Promise<T>,
): Promise<T> {
	const { id } = await client.createWorkflow(workflow);
	await client.publish(id);
	try {
		return await act(id);
	} finally {
		await client.unpublish(id);
	}
}

/** Opens a page of a server on another port, under the name of another site or that of n8n's machine. */
async function onPageOf<T>(
	{ editor }: BrowserStage,
	host: string,
	content: string,
	act: (page: Page) => Promise<T>,
): Promise<T> {
	const server = createServer((_request, response) => {
		response.setHeader('content-type', 'text/html; charset=utf-8');
		response.end(content);
	});
	server.listen(0, LOOPBACK);
	await once(server, 'listening');
	const page = await editor.page.context().newPage();
	try {
		await page.goto(`http://${host}:${(server.address() as AddressInfo).port}/`);
		return await act(page);
	} finally {
		await page.close();
		server.closeAllConnections();
		server.close();
	}
}

/** A page that tries everything a page can try without a click of its visitor, and says when all has come to an end. */
const attackOn = (address: string): string => `<body><script>
	const url = ${JSON.stringify(address)};
	const make = (name, properties) => Object.assign(document.createElement(name), properties);
	const settled = (element) =>
		new Promise((resolve) => {
			element.onload = element.onerror = resolve;
			document.body.append(element);
		});
	const submitted = (method, target) => {
		const form = make('form', { method, action: url, target });
		form.append(make('input', { name: 'a', value: 'b' }));
		document.body.append(form);
		form.submit();
	};
	const inFrame = async (method) => {
		const frame = make('iframe', { name: method });
		await settled(frame);
		const answered = new Promise((resolve) => (frame.onload = resolve));
		submitted(method, method);
		await answered;
	};
	const without = { mode: 'no-cors', credentials: 'include' };
	const sandboxed = "<script>fetch('" + url + "', { method: 'POST', mode: 'no-cors' }).finally(() => parent.postMessage('', '*'))</" + 'script>';
	Promise.allSettled([
		fetch(url),
		fetch(url, without),
		fetch(url, { ...without, method: 'POST', body: 'a=b' }),
		fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
		settled(make('img', { src: url })),
		settled(make('script', { src: url })),
		settled(make('iframe', { src: url })),
		inFrame('get'),
		inFrame('post'),
		new Promise((resolve) => {
			onmessage = resolve;
			document.body.append(make('iframe', { sandbox: 'allow-scripts', srcdoc: sandboxed }));
		}),
		new Promise((resolve) => (new WebSocket(url.replace('http', 'ws')).onclose = resolve)),
	]).then(() => document.body.append('All tried'));
</script>`;

/** Opens the page that attacks, and a window of its own for each way to send a form. */
async function attack(stage: BrowserStage, host: string, address: string): Promise<void> {
	await onPageOf(stage, host, attackOn(address), async (page) => {
		await page.getByText('All tried').waitFor();
		for (const method of ['get', 'post']) {
			const opening = page.waitForEvent('popup');
			await page.evaluate(`submitted('${method}', '_blank')`);
			const popup = await opening;
			await popup.waitForLoadState();
			await popup.close();
		}
	});
}

/** How n8n's pages and those of other sites get on with each other. */
export const siteScenarios: Array<Scenario<BrowserStage>> = [
	{
		name: 'a form of n8n is opened from another site and filled in',
		async run(stage) {
			return await whilePublished(stage, form(), async (id) => {
				const { nodes } = await stage.client.workflow(id);
				const address = `${stage.client.url}/form/${String(nodes[0].webhookId)}`;
				await onPageOf(stage, OTHER_SITE, `<a href="${address}">Form</a>`, async (page) => {
					await page.getByText('Form').click();
					await page.getByLabel('Name').fill('Robin');
					await page.getByRole('button', { name: 'Submit' }).click();
					await page.getByText('Your response has been recorded').waitFor();
				});
				const [execution] = await executionsOf(stage, id, ({ length }) => length > 0);
				assert.equal(execution.status, 'success');
				return 'one execution';
			});
		},
	},
	{
		name: 'pages of other sites start nothing',
		async run(stage) {
			const { client } = stage;
			const targets: Array<[WorkflowFile, (node: WorkflowNode) => string]> = [
				[webhook('GET'), ({ parameters }) => `/webhook/${String(parameters.path)}`],
				[webhook('POST'), ({ parameters }) => `/webhook/${String(parameters.path)}`],
				[form(), ({ webhookId }) => `/form/${String(webhookId)}`],
			];
			for (const [workflow, pathOf] of targets) {
				await whilePublished(stage, workflow, async (id) => {
					const [trigger] = (await client.workflow(id)).nodes;
					const address = client.url + pathOf(trigger);
					for (const host of [OTHER_SITE, LOOPBACK]) await attack(stage, host, address);
					assert.deepEqual(await executionIds(stage, { workflowId: id }), []);
					// It would have started.
					await Promise.allSettled([
						axios.get(address, NO_PROXY),
						axios.postForm(address, {}, NO_PROXY),
					]);
					await executionsOf(stage, id, ({ length }) => length === 1);
				});
			}
			return `${targets.length} workflows, no execution`;
		},
	},
	{
		name: 'the name of another site does not lead to n8n',
		async run({ client, editor }) {
			const { port } = new URL(client.url);
			const page = await editor.page.context().newPage();
			const answer = await page.goto(`http://${OTHER_SITE}:${port}/rest/settings`);
			assert.equal(answer?.status(), 421);
			assert.match(await page.innerText('body'), /accepts requests to 127\.0\.0\.1/);
			await page.close();
			return '421';
		},
	},
];
