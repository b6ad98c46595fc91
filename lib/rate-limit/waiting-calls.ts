import type { CallProgress } from '../errors/index.js';
import { AbortWatch } from '../http/abort-watch.js';
import { Fifo } from './fifo.js';
import type { Permit } from './permit.js';

/** How many calls are requested from the bucket at once. */
const BATCH = 256;

/** A call that waits for its permit. */
export interface WaitingCall {
  /** The cost of the call in each window of its route. */
  readonly costs: readonly number[];
  /** When the call has waited as long as it may, on the limiter's clock. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  /** What the earlier attempts of the call did. */
  readonly progress: CallProgress;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (error: unknown) => void;
  /** The call was removed, and is granted or rejected. */
  isRemoved: boolean;
}

/** The calls of one route that wait for a permit, in the order in which they came. */
export class WaitingCalls {
  readonly #calls = new Fifo<WaitingCall>();
  readonly #aborts: AbortWatch<WaitingCall>;

  constructor(onAbort: (call: WaitingCall) => void) {
    this.#aborts = new AbortWatch(onAbort);
  }

  add(call: WaitingCall): void {
    this.#calls.push(call);
  }

  /** Listens to the signal of a call until the call is removed. */
  watch(call: WaitingCall): void {
    if (!call.isRemoved && call.signal !== undefined) this.#aborts.add(call.signal, call);
  }

  /** The call that has waited longest. */
  first(): WaitingCall | undefined {
    while (this.#calls.first()?.isRemoved === true) this.#calls.shift();
    return this.#calls.first();
  }

  /** The calls that have waited longest, as many as are requested at once. */
  nextBatch(): readonly WaitingCall[] {
    const batch: WaitingCall[] = [];
    if (this.first() === undefined) return batch;
    for (const call of this.#calls) {
      if (!call.isRemoved) batch.push(call);
      if (batch.length === BATCH) break;
    }
    return batch;
  }

  remove(call: WaitingCall): void {
    call.isRemoved = true;
    if (call.signal !== undefined) this.#aborts.delete(call.signal, call);
  }
}
