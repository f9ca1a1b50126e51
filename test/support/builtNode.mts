import { type Engine, startEngine } from './engine.mts';
import { anyCredentials, type Recorder, startRecorder } from './recorder.mts';
import { type RunningSandbox, testSandbox } from './sandbox.mts';

/** The built node in n8n's engine, and the server that records what it sends. */
export interface RecordedNode {
	engine: Engine;
	recorder: Recorder;
}

/** The same node with its credentials leading to the sandbox; the recorder is any other server. */
export interface SandboxedNode extends RecordedNode {
	sandbox: RunningSandbox;
}

/** Starts both for the tests of a file; the properties are there once these run. */
export function recordedNode(): RecordedNode {
	const built = {} as RecordedNode;
	beforeAll(async () => {
		built.recorder = await startRecorder();
		built.engine = await startEngine(anyCredentials(built.recorder.baseUrl));
	});
	afterAll(async () => await built.recorder.stop());
	return built;
}

/** Starts all three for the tests of a file; each of them finds the sandbox and the credentials as after start. */
export function sandboxedNode(): SandboxedNode {
	const built = Object.assign(recordedNode(), { sandbox: testSandbox() });
	beforeEach(() => {
		built.recorder.answer(() => ({}));
		Object.assign(built.engine.credentials, anyCredentials(built.sandbox.baseUrl));
	});
	return built;
}
