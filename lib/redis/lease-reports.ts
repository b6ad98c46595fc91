import type { LeaseReport } from './redis-lease.js';

/** The reports that Redis has not got yet. A report that is older than any lease is dropped: Redis needs it no more. */
export class LeaseReports {
  readonly #longestLifeMs: number;
  #reports: { readonly report: LeaseReport; readonly at: number }[] = [];
  #dropAt = 0;

  /** @param longestLifeMs - how long Redis keeps a lease of which nothing is reported, in milliseconds */
  constructor(longestLifeMs: number) {
    this.#longestLifeMs = longestLifeMs;
  }

  get isEmpty(): boolean {
    return this.#reports.length === 0;
  }

  add(report: LeaseReport): void {
    const at = performance.now();
    this.#reports.push({ report, at });
    if (at < this.#dropAt) return;
    // Not at every call: during an outage there may be many.
    this.#dropAt = at + this.#longestLifeMs / 10;
    this.#reports = this.#reports.filter((each) => at - each.at < this.#longestLifeMs);
  }

  /** Removes the oldest reports, and returns them. */
  take(most: number): readonly LeaseReport[] {
    return this.#reports.splice(0, most).map(({ report }) => report);
  }

  /** Puts back reports that did not reach Redis. */
  putBack(reports: readonly LeaseReport[]): void {
    const at = performance.now();
    this.#reports.unshift(...reports.map((report) => ({ report, at })));
  }

  /** Begins again with a report of every lease. Cancelled leases are no longer among them, and stay. */
  startOver(leases: Iterable<LeaseReport>): void {
    this.#reports = this.#reports.filter(({ report }) => report.isCancelled);
    for (const lease of leases) this.add(lease);
  }
}
