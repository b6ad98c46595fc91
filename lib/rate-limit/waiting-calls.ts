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

  /** @param onAbort - called for each aborted call, which is granted no more; maybe in a later turn of the event loop */
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
    let call = this.#calls.first();
    while (call !== undefined && !isWaiting(call)) {
      this.#calls.shift();
      call = this.#calls.first();
    }
    return call;
  }

  /** The calls that have waited longest, as many as are requested at once. */
  nextBatch(): readonly WaitingCall[] {
    const batch: WaitingCall[] = [];
    if (this.first() === undefined) return batch;
    for (const call of this.#calls) {
      if (isWaiting(call)) batch.push(call);
      if (batch.length === BATCH) break;
    }
    return batch;
  }

  remove(call: WaitingCall): void {
    call.isRemoved = true;
    if (call.signal !== undefined) this.#aborts.delete(call.signal, call);
  }

  /** Removes the calls whose deadline is not after the time, and returns them. */
  removeUntil(time: number): readonly WaitingCall[] {
    const removed: WaitingCall[] = [];
    for (let call = this.first(); call && call.deadline <= time; call = this.first()) {
      this.remove(call);
      removed.push(call);
    }
    return removed;
  }
}

/** Whether the call may be granted: it may be aborted although `onAbort` was not called for it yet. */
export function isWaiting({ isRemoved, signal }: WaitingCall): boolean {
  return !isRemoved && signal?.aborted !== true;
}
