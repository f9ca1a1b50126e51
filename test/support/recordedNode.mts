import { type Engine, startEngine } from './engine.mts';
import { anyCredentials, type Recorder, startRecorder } from './recorder.mts';

/** The built node in n8n's engine, and the server that records what it sends. */
export interface RecordedNode {
	readonly engine: Engine;
	readonly recorder: Recorder;
}

/** Starts both for the tests of a file; the properties are there once these run. */
export function recordedNode(): RecordedNode {
	const parts = {} as { engine: Engine; recorder: Recorder };
	beforeAll(async () => {
		parts.recorder = await startRecorder();
		parts.engine = await startEngine(anyCredentials(parts.recorder.baseUrl));
	});
	afterAll(async () => await parts.recorder.stop());
	return parts;
}
