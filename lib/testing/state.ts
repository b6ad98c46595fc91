import type { EmulatorClock } from './clock.js';
import type { FileStore } from './files.js';
import type { Limits } from './limits.js';
import type { Outbox } from './outbox.js';
import type { RateGates } from './rate-gates.js';
import type { TokenRegistry } from './tokens.js';
import type { UserRegistry } from './users.js';

/** Everything that the routes of one emulator share. */
export interface EmulatorState {
  readonly url: string;
  readonly orgName: string;
  readonly appName: string;
  /** The app's UUID. */
  readonly application: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenTtlSeconds: number;
  readonly limits: Limits;
  readonly clock: EmulatorClock;
  readonly tokens: TokenRegistry;
  readonly users: UserRegistry;
  readonly outbox: Outbox;
  readonly files: FileStore;
  rates: RateGates;
}
