import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { VIEWPORT } from '../../tools/browser/chromium.mts';
import type { N8nClient, WorkflowFile } from '../../tools/n8n/client.mts';

/** A part of the window, in pixels. */
export type Area = NonNullable<NonNullable<Parameters<Page['screenshot']>[0]>['clip']>;

/** n8n's editor in a browser, as a person uses it. */
export class Editor {
	readonly page: Page;
	readonly #client: N8nClient;
	readonly #pictures: string;

	constructor(page: Page, client: N8nClient, pictures: string) {
		this.page = page;
		this.#client = client;
		this.#pictures = pictures;
	}

	/** Opens a tab whose pictures go to a folder. */
	static async open(context: BrowserContext, client: N8nClient, pictures: string): Promise<Editor> {
		return new Editor(await context.newPage(), client, pictures);
	}

	/** What n8n calls its elements for tests. */
	part(testId: string): Locator {
		return this.page.getByTestId(testId);
	}

	/** Stores a workflow and opens it. */
	async show(workflow: WorkflowFile): Promise<void> {
		const { id } = await this.#client.createWorkflow(workflow);
		await this.page.goto(`${this.#client.url}/workflow/${id}`);
		const [first] = workflow.nodes;
		await this.part(first === undefined ? 'canvas-add-button' : 'canvas-node')
			.first()
			.waitFor();
	}

	/** Opens the panel with all nodes and searches in it. */
	async search(words: string): Promise<Locator> {
		const field = this.part('node-creator-search-bar');
		if (!(await field.isVisible())) await this.part('node-creator-plus-button').click();
		await field.fill(words);
		return this.part('node-creator-item-name').filter({ hasText: /^\s*KallyAI\b/ });
	}

	/** Adds the node by one of its actions, which opens its parameters. */
	async addAction(words: string, action: string): Promise<void> {
		await (await this.search(words)).first().click();
		await this.part('node-creator').getByText(action, { exact: true }).click();
		await this.part('node-parameters').waitFor();
	}

	/** Opens the parameters of a node on the canvas. */
	async openNode(name: string): Promise<void> {
		await this.part('canvas-node')
			.filter({ has: this.page.getByText(name, { exact: true }) })
			.dblclick();
		await this.part('node-parameters').waitFor();
	}

	/** The field of a parameter. */
	field(parameter: string): Locator {
		return this.part(`parameter-input-${parameter}`);
	}

	/** Searches the list of a locator and chooses the one entry that is left. */
	async choose(parameter: string, words: string): Promise<Locator> {
		const locator = this.part(`resource-locator-${parameter}`);
		await locator.getByTestId('rlc-input').click();
		const list = this.part('resource-locator-dropdown').filter({ visible: true });
		await list.getByTestId('rlc-item').first().waitFor();
		await list.getByTestId('rlc-search').fill(words);
		return list.getByTestId('rlc-item').filter({ hasText: words });
	}

	/** Runs the node whose parameters are open. */
	async execute(): Promise<void> {
		await this.part('node-execute-button').click();
	}

	/** Keeps a picture of the window, or of a part of it. */
	async picture(name: string, part?: Locator | Area): Promise<void> {
		const path = join(this.#pictures, `${name}.png`);
		await mkdir(dirname(path), { recursive: true });
		const clip = part && 'boundingBox' in part ? await part.boundingBox() : part;
		if (clip === null) throw new Error(`${name}: there is nothing to be seen`);
		await this.page.mouse.move(0, 0);
		await this.page.screenshot({
			path,
			clip: clip ?? { x: 0, y: 0, ...VIEWPORT },
			animations: 'disabled',
			caret: 'hide',
		});
	}
}
