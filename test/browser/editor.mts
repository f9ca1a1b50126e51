import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { waitFor } from '../../tools/lib/waitFor.mts';
import type { N8nClient, WorkflowFile } from '../../tools/n8n/client.mts';

/** A part of the window, in pixels. */
export interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** A window in which a workflow that fits into it is about as wide as a picture may be. */
const CANVAS_WINDOW = { width: 1480, height: 900 };
/** What is left around a workflow, names below its nodes included. */
const MARGIN = 32;
const CANVAS_ONLY = `
	[data-test-id='canvas-controls'], [data-test-id='canvas-minimap'], [data-test-id='execute-workflow-button'],
	[aria-label='Select trigger node'], [data-test-id='node-creator-plus-button'], [data-test-id='command-bar-button'], [data-test-id='add-sticky-button'],
	[data-test-id='toggle-focus-panel-button'], [data-test-id='canvas-handle-plus'] { visibility: hidden !important }
`;

/** n8n's editor in a browser, as a person uses it. */
export class Editor {
	readonly page: Page;
	private readonly client: N8nClient;
	private readonly pictures: string;

	private constructor(page: Page, client: N8nClient, pictures: string) {
		this.page = page;
		this.client = client;
		this.pictures = pictures;
	}

	/** Opens a tab whose pictures go to a folder. */
	static async open(context: BrowserContext, client: N8nClient, pictures: string): Promise<Editor> {
		return new Editor(await context.newPage(), client, pictures);
	}

	/** An element by the name that n8n gives it for tests. */
	part(testId: string): Locator {
		return this.page.getByTestId(testId);
	}

	/** Stores a workflow and opens it. */
	async show(workflow: WorkflowFile): Promise<void> {
		const { id } = await this.client.createWorkflow(workflow);
		await this.page.goto(`${this.client.url}/workflow/${id}`);
		await this.part('canvas-node').first().waitFor();
	}

	/**
	 * Stores a workflow and goes to it from the one that is open, which has no changes, as the browser's own buttons do:
	 * the editor is not loaded again.
	 */
	async goTo(workflow: WorkflowFile): Promise<void> {
		const { id, name, nodes } = await this.client.createWorkflow(workflow);
		await this.page.evaluate(`
			history.pushState({ position: history.state.position + 1 }, '', '/workflow/${id}');
			dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
		`);
		await waitFor(async () => (await this.page.title()).includes(name) || undefined, {
			what: `the workflow "${name}" in the editor`,
		});
		const drawn = this.page.locator('[data-test-id="canvas-node"]');
		const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote').length;
		await drawn.nth(nodes.length - notes - 1).waitFor();
	}

	/** Searches in the panel with all nodes; gives the entries of the package. */
	async search(words: string): Promise<Locator> {
		const field = this.part('node-creator-search-bar');
		if (!(await field.isVisible())) await this.part('node-creator-plus-button').click();
		const found = this.part('node-creator-item-name').filter({ hasText: /^\s*KallyAI\b/ });
		// What an earlier search has found stays for a moment.
		await field.clear();
		await found.first().waitFor({ state: 'detached' });
		await field.fill(words);
		return found;
	}

	/** Finds the node in the panel and opens the list of its actions. */
	async listActions(words: string): Promise<void> {
		await (await this.search(words)).first().click();
		await this.part('node-creator').getByText('Actions (').waitFor();
	}

	/** Adds the node by one of its actions, which opens its parameters. */
	async addAction(words: string, action: string): Promise<void> {
		await this.listActions(words);
		await this.part('node-creator').getByText(action, { exact: true }).click();
		await this.part('node-parameters').waitFor();
	}

	/** Opens the parameters of a node of the canvas. */
	async openNode(name: string): Promise<void> {
		const label = this.page.getByText(name, { exact: true });
		await this.part('canvas-node').filter({ has: label }).dblclick();
		await this.part('node-parameters').waitFor();
	}

	/** The field of a parameter. */
	field(parameter: string): Locator {
		return this.part(`parameter-input-${parameter}`);
	}

	/** Opens the list of a parameter unless it is open; gives its entries. */
	async openList(parameter: string): Promise<Locator> {
		const field = this.field(parameter).getByRole('combobox');
		if ((await field.getAttribute('aria-expanded')) !== 'true') await field.click();
		const list = await field.getAttribute('aria-controls');
		const entries = this.page.locator(`[id="${list}"]`).getByRole('option');
		await entries.first().waitFor();
		return entries;
	}

	/** Chooses an entry of a parameter's list. */
	async choose(parameter: string, entry: string): Promise<void> {
		const entries = await this.openList(parameter);
		await entries.filter({ has: this.page.getByText(entry, { exact: true }) }).click();
	}

	/** The texts of some elements that the editor shows only in part. */
	async cutOff(elements: Locator): Promise<string[]> {
		return await elements
			.locator('*')
			.evaluateAll((all) =>
				all
					.filter(
						({ children, scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
							children.length === 0 &&
							clientHeight > 0 &&
							(scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 3),
					)
					.map(({ textContent }) => textContent),
			);
	}

	/** Searches the From List of a locator; gives what it finds. */
	async searchList(parameter: string, words: string): Promise<Locator> {
		await this.field(parameter).getByTestId('rlc-input').click();
		const entries = this.part('rlc-item').filter({ visible: true });
		await entries.first().waitFor();
		await this.part('rlc-search').filter({ visible: true }).fill(words);
		const found = entries.filter({ hasText: words });
		await found.first().waitFor();
		return found;
	}

	/** Runs the node whose parameters are open. */
	async execute(): Promise<void> {
		await this.part('node-execute-button').click();
	}

	/** What the node whose parameters are open gave out. */
	get output(): Locator {
		return this.part('output-panel');
	}

	/** Closes what n8n says in a corner, which would cover other things. */
	async closeToasts(): Promise<void> {
		const close = this.page.locator('.el-notification__closeBtn');
		await close.first().waitFor();
		while ((await close.count()) > 0) {
			await close.first().click();
			await this.page.locator('.el-notification').first().waitFor({ state: 'detached' });
		}
	}

	/** The parameters and the output of the open node, without the input. */
	async workplace(): Promise<Area> {
		const parameters = await this.boxOf(this.part('node-parameters'));
		const output = await this.boxOf(this.output);
		const width = output.x + output.width - parameters.x;
		return { ...output, x: parameters.x, width };
	}

	private async boxOf(part: Locator): Promise<Area> {
		const box = await part.boundingBox();
		if (box === null) throw new Error('There is nothing to be seen');
		return box;
	}

	/** Keeps a picture of a part of the window, down to a height where the rest is empty. */
	async picture(name: string, part: Locator | Area, height?: number): Promise<void> {
		const area = 'boundingBox' in part ? await this.boxOf(part) : part;
		await this.keep(name, { ...area, height: height ?? area.height });
	}

	/** The package's nodes on the canvas. */
	get ourNodes(): Locator {
		return this.page.locator('[data-test-id="canvas-node"][data-node-type^="n8n-nodes-kallyai."]');
	}

	/** Keeps a picture of the whole workflow without what surrounds it. */
	async pictureOfCanvas(name: string): Promise<void> {
		const usual = this.page.viewportSize();
		await this.page.setViewportSize(CANVAS_WINDOW);
		await this.part('zoom-to-fit').click();
		const nodes = await this.page.locator('.vue-flow__node').all();
		const boxes = await Promise.all(nodes.map(async (node) => await this.boxOf(node)));
		const left = Math.min(...boxes.map(({ x }) => x)) - MARGIN;
		const top = Math.min(...boxes.map(({ y }) => y)) - MARGIN;
		const right = Math.max(...boxes.map(({ x, width }) => x + width)) + MARGIN;
		const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN;
		const area = { x: left, y: top, width: right - left, height: bottom - top };
		await this.keep(name, area, CANVAS_ONLY);
		if (usual) await this.page.setViewportSize(usual);
	}

	private async keep(name: string, clip: Area, style?: string): Promise<void> {
		const path = join(this.pictures, `${name}.png`);
		await mkdir(dirname(path), { recursive: true });
		await this.page.screenshot({ path, clip, style, animations: 'disabled', caret: 'hide' });
	}
}
