import { Subject, type Observable } from 'rxjs';

import type { EmulatorClock } from './clock.js';
import type { EmulatedMessage, SendRequest } from './message.types.js';

/** The accepted messages: recorded, and streamed to subscribers. */
export class MessageStore {
  recorded: EmulatedMessage[] = [];
  readonly #clock: EmulatorClock;
  readonly #isRecording: boolean;
  readonly #subject = new Subject<EmulatedMessage>();
  #sequence = 0;

  constructor(clock: EmulatorClock, isRecording: boolean) {
    this.#clock = clock;
    this.#isRecording = isRecording;
  }

  get stream(): Observable<EmulatedMessage> {
    return this.#subject.asObservable();
  }

  /** Adds one message per entry of `targets` and returns their IDs by target, the last target first. */
  add(send: SendRequest, targets: readonly string[], requestIndex: number): Record<string, string> {
    const ids: [target: string, id: string][] = [];
    const { targets: _all, ...content } = send;
    const msg = { type: send.type, ...send.body };
    for (const target of targets) {
      const id = this.#nextId();
      ids.push([target, id]);
      if (!this.#isRecording && !this.#subject.observed) continue;
      const message = { ...content, id, target, msg, requestIndex, sentAt: Math.floor(this.#clock.now()) };
      if (this.#isRecording) this.recorded.push(message);
      this.#subject.next(message);
    }
    return lastFirst(ids);
  }

  clear(): void {
    this.recorded = [];
  }

  close(): void {
    this.#subject.complete();
  }

  /** IDs exceed 2^53, as the real ones do: a client that reads them as numbers loses digits. */
  #nextId(): string {
    this.#sequence++;
    return `1500${String(this.#sequence).padStart(15, '0')}`;
  }
}

/** Easemob keeps no order of the targets. Code that relies on one has to fail against the emulator as well. */
function lastFirst(ids: readonly (readonly [target: string, id: string])[]): Record<string, string> {
  // Without a prototype, because a target may be called `__proto__`.
  const byTarget: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [target, id] of ids.toReversed()) byTarget[target] = id;
  return byTarget;
}
