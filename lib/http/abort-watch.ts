import { endOfCalls } from './sliced-work.js';

/**
 * Calls members back when their signal aborts: a few hundred at once, the rest in the next turns of the event loop.
 * However many members wait on a signal, it gets one listener: the runtime warns of a leak at the eleventh, and a bulk
 * send hands the same signal to every call.
 */
export class AbortWatch<T> {
  readonly #watched = new Map<AbortSignal, { readonly members: Set<T>; readonly listener: () => void }>();
  readonly #onAbort: (member: T) => void;

  constructor(onAbort: (member: T) => void) {
    this.#onAbort = onAbort;
  }

  add(signal: AbortSignal, member: T): void {
    const known = this.#watched.get(signal);
    if (known !== undefined) {
      known.members.add(member);
      return;
    }
    const members = new Set([member]);
    const listener = (): void => endOfCalls.run(members, this.#onAbort);
    this.#watched.set(signal, { members, listener });
    signal.addEventListener('abort', listener, { once: true });
  }

  delete(signal: AbortSignal, member: T): void {
    const known = this.#watched.get(signal);
    if (known === undefined || !known.members.delete(member) || known.members.size > 0) return;
    signal.removeEventListener('abort', known.listener);
    this.#watched.delete(signal);
  }
}

/** The watch whose members are callbacks. */
export const abortWatch = new AbortWatch<() => void>((callback) => callback());
