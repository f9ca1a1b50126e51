import { setBack } from './clock.mts';
import { FaultQueue } from './faults.mts';
import { TokenService } from './oauth/tokens.mts';
import { RequestLog } from './requestLog.mts';
import { seededStore } from './seed.mts';
import type { Store } from './store.mts';
import type { Readings } from './worlds.mts';

/** Everything a running sandbox remembers. */
export class Memory {
	store: Store;
	readonly tokens: TokenService;
	readonly faults = new FaultQueue();
	readonly requests = new RequestLog();
	/** The world of the start, to which a reset goes back. */
	private readonly first: Readings;

	constructor(readings: Readings) {
		this.first = readings;
		this.store = seededStore({ ...readings });
		this.tokens = new TokenService(() => this.store.readings);
	}

	/** As after start, except that clients who signed in stay signed in. */
	reset(): void {
		setBack();
		this.store = seededStore({ ...this.first });
		this.tokens.reset();
		this.faults.clear();
		this.requests.clear();
	}
}
