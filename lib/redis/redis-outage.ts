import { EasemobTimeoutError } from '../errors/index.js';
import { withTimeout } from './with-timeout.js';

/** How long Redis is left alone after a failure, in milliseconds. */
export const PROBE_INTERVAL_MS = 1000;

/** How long a command that timed out keeps Redis from being probed, in milliseconds: the client may never end it. */
const LATE_COMMAND_MS = 30_000;

/** The parts that an outage works with. */
export interface RedisOutageContext {
  readonly commandTimeoutMs: number;
  /** Reports to Redis what happened during the outage; its commands are watched. */
  resync(): Promise<void>;
  /** @param reason - the failure, as a sentence */
  onBegin(reason: string): void;
  onEnd(): void;
}

/** Knows whether Redis is unavailable: from the first failed command until Redis responds again and is up to date. */
export class RedisOutage {
  readonly #context: RedisOutageContext;
  #isOngoing = false;
  #isEnding = false;
  #nextProbeAt = 0;
  /** The commands that timed out here and are still queued in the client: another one would only lengthen its queue. */
  #lateCommands = 0;
  #lastLateAt = 0;

  constructor(context: RedisOutageContext) {
    this.#context = context;
  }

  get isOngoing(): boolean {
    return this.#isOngoing;
  }

  /** Redis responds again and is being brought up to date; the outage is still ongoing. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Waits for the reply to a command, for a limited time. A failure begins the outage. */
  async watch<T>(command: string, send: () => Promise<T>): Promise<T> {
    try {
      return await withTimeout(command, send, this.#context.commandTimeoutMs, () => this.#onLateReply());
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }

  /** Tries to end the outage, unless Redis failed a moment ago. */
  probe(): void {
    if (performance.now() >= this.#nextProbeAt) void this.#tryToEnd();
  }

  #onFailure(error: unknown): void {
    const now = performance.now();
    if (error instanceof EasemobTimeoutError) {
      this.#lateCommands += 1;
      this.#lastLateAt = now;
    }
    this.#nextProbeAt = now + PROBE_INTERVAL_MS;
    if (this.#isOngoing) return;
    this.#isOngoing = true;
    this.#context.onBegin(error instanceof Error ? error.message : 'Redis failed.');
  }

  #onLateReply(): void {
    this.#lateCommands = Math.max(0, this.#lateCommands - 1);
    void this.#tryToEnd();
  }

  async #tryToEnd(): Promise<void> {
    if (!this.#isOngoing || this.#isEnding) return;
    if (this.#lateCommands > 0 && performance.now() - this.#lastLateAt < LATE_COMMAND_MS) return;
    this.#isEnding = true;
    try {
      await this.#context.resync();
      this.#isOngoing = false;
      this.#lateCommands = 0;
      this.#context.onEnd();
    } catch {
      // `#onFailure` has set the time of the next probe.
    }
    this.#isEnding = false;
  }
}
