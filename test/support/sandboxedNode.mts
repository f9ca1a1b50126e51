import { type Engine, startEngine } from './engine.mts';
import { anyCredentials, type Recorder, startRecorder } from './recorder.mts';
import { type RunningSandbox, startSandbox } from './sandbox.mts';

/** What the tests of a file play on. */
export interface Stage {
	/** The sandbox, which the engine's credentials lead to. */
	sandbox: RunningSandbox;
	/** Any other server. */
	recorder: Recorder;
	engine: Engine;
}

/** Sets the stage before the tests of a file, clears it before each of them and takes it down afterwards. */
export function setStage(): Stage {
	const stage = {} as Stage;
	beforeAll(async () => {
		[stage.sandbox, stage.recorder] = await Promise.all([startSandbox(), startRecorder()]);
		stage.engine = await startEngine({});
	});
	afterAll(async () => await Promise.all([stage.sandbox.stop(), stage.recorder.stop()]));
	beforeEach(async () => {
		await stage.sandbox.control('reset', {});
		stage.recorder.answer(() => ({}));
		Object.assign(stage.engine.credentials, anyCredentials(stage.sandbox.baseUrl));
	});
	return stage;
}

/** Parameters of a call to the number that an item carries. */
export const MAKE = {
	resource: 'call',
	operation: 'make',
	taskCategory: 'general',
	taskDescription: 'Ask whether the order has arrived',
	respondentPhone: '={{ $json.phone }}',
	timezone: '',
};

/** Up to a thousand people, each with a number of their own. */
export const leads = (count: number): Array<{ phone: string }> =>
	Array.from({ length: count }, (_, index) => ({
		phone: `+442079460${String(index).padStart(3, '0')}`,
	}));
