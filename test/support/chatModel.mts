import { randomUUID } from 'node:crypto';

import fastify from 'fastify';

/** A tool that the model uses, with its arguments. */
export interface ToolUse {
	tool: string;
	args: Record<string, unknown>;
}

/** What the model says next: a text, a tool, or several tools in one step. */
export type Turn = string | ToolUse | ToolUse[];

/** What the model was asked, as far as tests read it. */
export interface ChatRequest {
	messages: Array<{ role: string; content: unknown }>;
	tools?: Array<{
		function: {
			name: string;
			description: string;
			parameters: { properties: Record<string, unknown>; required?: string[] };
		};
	}>;
}

/** A stand-in for a chat model behind OpenAI's HTTP interface: it says what the script has, turn by turn. */
export interface ChatModel {
	/** Base URL to give to clients. */
	url: string;
	requests: ChatRequest[];
	/** Sets what comes next and forgets the requests so far. */
	script(...turns: Turn[]): void;
	stop(): Promise<void>;
}

function message(turn: Turn) {
	if (typeof turn === 'string') return { role: 'assistant', content: turn };
	const tool_calls = [turn].flat().map(({ tool, args }) => ({
		id: `call_${randomUUID()}`,
		type: 'function',
		function: { name: tool, arguments: JSON.stringify(args) },
	}));
	return { role: 'assistant', content: null, tool_calls };
}

/** Starts the stand-in on a free port of 127.0.0.1. */
export async function startChatModel(): Promise<ChatModel> {
	let turns: Turn[] = [];
	const requests: ChatRequest[] = [];
	const app = fastify();
	app.post<{ Body: ChatRequest }>('/v1/chat/completions', async ({ body }, reply) => {
		requests.push(body);
		const turn = turns.shift();
		if (turn === undefined)
			return await reply.code(400).send({ error: { message: 'No turn left' } });
		const finish_reason = typeof turn === 'string' ? 'stop' : 'tool_calls';
		return {
			id: randomUUID(),
			object: 'chat.completion',
			created: 0,
			model: 'scripted',
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
			choices: [{ index: 0, message: message(turn), finish_reason }],
		};
	});
	const address = await app.listen({ host: '127.0.0.1', port: 0 });
	return {
		url: `${address}/v1`,
		requests,
		script(...next) {
			turns = next;
			requests.length = 0;
		},
		async stop() {
			await app.close();
		},
	};
}
