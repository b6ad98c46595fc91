/**
 * Who is to be told when a signal aborts. One listener per signal, however many wait on it: the runtime warns of a leak
 * at the eleventh, and a bulk send hands the same signal to every call.
 */
export class AbortWatch<T> {
  private readonly watched = new Map<
    AbortSignal,
    { readonly members: Set<T>; readonly listener: () => void }
  >();

  constructor(private readonly onAbort: (member: T) => void) {}

  add(signal: AbortSignal, member: T): void {
    const known = this.watched.get(signal);
    if (known !== undefined) {
      known.members.add(member);
      return;
    }
    const members = new Set([member]);
    const listener = (): void => {
      for (const each of members) this.onAbort(each);
    };
    this.watched.set(signal, { members, listener });
    signal.addEventListener('abort', listener, { once: true });
  }

  delete(signal: AbortSignal, member: T): void {
    const known = this.watched.get(signal);
    if (known === undefined || !known.members.delete(member) || known.members.size > 0) return;
    signal.removeEventListener('abort', known.listener);
    this.watched.delete(signal);
  }
}

/** Calls back whoever waits on a signal, with that one listener for all of them. */
export const abortWatch = new AbortWatch<() => void>((callback) => callback());
