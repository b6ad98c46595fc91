import { Subject, type Observable } from 'rxjs';

import type { EmulatorClock } from './clock.js';
import type { EmulatedMessage, SendOrder } from './message.types.js';

/** The messages that were accepted. */
export class Outbox {
  recorded: EmulatedMessage[] = [];
  private readonly subject = new Subject<EmulatedMessage>();
  private sequence = 0;

  constructor(
    private readonly clock: EmulatorClock,
    private readonly isRecording: boolean,
  ) {}

  get stream(): Observable<EmulatedMessage> {
    return this.subject.asObservable();
  }

  /** Takes one message per entry of `targets` and returns their IDs by target. */
  accept(order: SendOrder, targets: readonly string[], requestIndex: number): Record<string, string> {
    // Without a prototype, because a target may be called `__proto__`.
    const ids: Record<string, string> = Object.create(null) as Record<string, string>;
    const { targets: _all, ...content } = order;
    const msg = { type: order.type, ...order.body };
    for (const target of targets) {
      const id = this.nextId();
      ids[target] = id;
      if (!this.isRecording && !this.subject.observed) continue;
      const message = { ...content, id, target, msg, requestIndex, sentAt: Math.floor(this.clock.now()) };
      if (this.isRecording) this.recorded.push(message);
      this.subject.next(message);
    }
    return ids;
  }

  clear(): void {
    this.recorded = [];
  }

  close(): void {
    this.subject.complete();
  }

  /** IDs exceed 2^53, as the real ones do: a client that reads them as numbers loses digits. */
  private nextId(): string {
    this.sequence++;
    return `1500${String(this.sequence).padStart(15, '0')}`;
  }
}
