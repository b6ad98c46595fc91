import { Logger } from '@nestjs/common';
import { type EasemobError, type EasemobErrorKind, isEasemobApiError } from '../errors/index.js';

/** The failures of a host that is down; a refusal or a reached rate limit shows that the host is up. */
const OUTAGE_KINDS: ReadonlySet<EasemobErrorKind> = new Set(['network', 'timeout', 'server']);

/** An outage that begins so soon after the last one is announced only if it lasts: a host that fails at times fills no log. */
const SAME_OUTAGE_MS = 30_000;

/** Logs the first retry of an outage of the host as a warning, once, and the end of the outage. */
export class OutageLog {
  readonly #logger: Logger;
  readonly #host: string;
  readonly #now: () => number;
  #isDown = false;
  #isAnnounced = false;
  #since = 0;
  #lastFailureAt = Number.NEGATIVE_INFINITY;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(logger: Logger, host: string, now: () => number) {
    this.#logger = logger;
    this.#host = host;
    this.#now = now;
  }

  /** An attempt failed and is retried. */
  onRetry(error: EasemobError): void {
    if (!OUTAGE_KINDS.has(error.kind)) return;
    const now = this.#now();
    this.#lastFailureAt = now;
    if (!this.#isDown) {
      this.#isDown = true;
      this.#since = now;
    }
    if (this.#isAnnounced) return;
    const isNew = now - this.#endedAt > SAME_OUTAGE_MS;
    const isLasting = now - this.#since > SAME_OUTAGE_MS;
    if (!isNew && !isLasting) return;
    this.#isAnnounced = true;
    this.#logger.warn(`${this.#host} fails; calls that may be retried are: ${error.message}`);
  }

  /**
   * The host responded to an attempt that began at `startedAt`. A response to an attempt that is older than the last
   * failure says nothing about the host now.
   */
  onResponse(startedAt: number): void {
    if (!this.#isDown || startedAt < this.#lastFailureAt) return;
    this.#isDown = false;
    this.#endedAt = this.#now();
    if (!this.#isAnnounced) return;
    this.#isAnnounced = false;
    const seconds = ((this.#endedAt - this.#since) / 1000).toFixed(1);
    this.#logger.log(`${this.#host} responds again after ${seconds} s.`);
  }

  /** An attempt that began at `startedAt` failed; a refusal is the response of a healthy host. */
  onFailure(error: EasemobError, startedAt: number): void {
    if (isEasemobApiError(error) && !OUTAGE_KINDS.has(error.kind)) this.onResponse(startedAt);
  }
}
