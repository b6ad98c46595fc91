import { randomUUID } from 'node:crypto';

import { EmulatorClock } from './clock.js';
import type { EasemobEmulatorOptions, EmulatorStrictness } from './emulator.options.js';
import { FileStore } from './files.js';
import { Limits } from './limits.js';
import { MessageStore } from './message-store.js';
import { RateCounters } from './rate-counters.js';
import { TokenRegistry } from './tokens.js';
import { UserRegistry } from './users.js';

/** The app that one emulator serves, its credentials and its address. */
export interface EmulatedApp {
  readonly url: string;
  readonly orgName: string;
  readonly appName: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Everything that the routes of one emulator share. */
export interface EmulatorState extends EmulatedApp {
  /** The app's UUID. */
  readonly application: string;
  readonly tokenTtlSeconds: number;
  readonly limits: Limits;
  readonly strictness: EmulatorStrictness;
  readonly clock: EmulatorClock;
  readonly tokens: TokenRegistry;
  readonly users: UserRegistry;
  readonly messages: MessageStore;
  readonly files: FileStore;
  rates: RateCounters;
}

export function createState(app: EmulatedApp, options: EasemobEmulatorOptions): EmulatorState {
  const clock = new EmulatorClock();
  const limits = new Limits(options.limits);
  return {
    ...app,
    application: randomUUID(),
    tokenTtlSeconds: options.tokenTtlSeconds ?? 5_184_000,
    limits,
    strictness: options.strictness ?? 'documented',
    clock,
    tokens: new TokenRegistry(clock),
    users: new UserRegistry(clock),
    messages: new MessageStore(clock, options.recordMessages ?? true),
    files: new FileStore(clock),
    rates: new RateCounters(limits, options.limits ?? {}),
  };
}
