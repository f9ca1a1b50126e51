import { FaultQueue } from './faults.mts';
import { TokenService } from './oauth/tokens.mts';
import { RequestLog } from './requestLog.mts';
import { seededStore } from './seed.mts';
import type { Store } from './store.mts';

/** Everything a running sandbox remembers. */
export class World {
	store: Store = seededStore();
	readonly tokens = new TokenService();
	readonly faults = new FaultQueue();
	readonly requests = new RequestLog();

	/** As after start, except that clients who signed in stay signed in. */
	reset(): void {
		this.store = seededStore();
		this.tokens.reset();
		this.faults.clear();
		this.requests.clear();
	}
}
