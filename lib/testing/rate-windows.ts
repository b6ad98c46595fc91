/** Counts weights over a stretch of time. Time stamps may come slightly out of order: bodies end in another order than heads arrive. */
export interface RateWindow {
  /** The most that any window containing `at` already holds. */
  used(at: number): number;
  count(at: number, weight: number): void;
}

interface Entry {
  readonly at: number;
  readonly weight: number;
}

/** How late a request may be counted, after later ones, and still find its neighbours. */
const LATE_MS = 10_000;

/** Exact sliding window: what was counted at or before `t - windowMs` no longer counts at `t`. */
export class SlidingWindow implements RateWindow {
  private entries: Entry[] = [];
  /** The latest moment asked about; `first` and `sum` describe the window that ends there. */
  private edge = -Infinity;
  private first = 0;
  private sum = 0;

  constructor(private readonly windowMs: number) {}

  used(at: number): number {
    if (at < this.edge) return this.busiestAround(at);
    this.slideTo(at);
    return this.sum;
  }

  count(at: number, weight: number): void {
    if (at >= this.edge) this.slideTo(at);
    let index = this.entries.length;
    while (index > 0 && (this.entries[index - 1]?.at ?? 0) > at) index--;
    this.entries.splice(index, 0, { at, weight });
    if (at > this.edge - this.windowMs) this.sum += weight;
    else this.first++;
  }

  private slideTo(at: number): void {
    this.edge = at;
    for (let entry = this.entries[this.first]; entry !== undefined; entry = this.entries[this.first]) {
      if (entry.at > at - this.windowMs) break;
      this.sum -= entry.weight;
      this.first++;
    }
    if (this.first >= 1024) this.forgetBefore(at - this.windowMs - LATE_MS);
  }

  private forgetBefore(time: number): void {
    let old = 0;
    while (old < this.first && (this.entries[old]?.at ?? time) < time) old++;
    if (old < 1024) return;
    this.entries = this.entries.slice(old);
    this.first -= old;
  }

  /** The sums of every window that contains `at` and ends on it or on a later entry. */
  private busiestAround(at: number): number {
    const near = this.entries.filter((entry) => Math.abs(entry.at - at) < this.windowMs);
    let [sum, most, oldest] = [0, 0, 0];
    for (const entry of near) {
      sum += entry.weight;
      const end = Math.max(at, entry.at);
      for (
        let tail = near[oldest];
        tail !== undefined && tail.at <= end - this.windowMs;
        tail = near[oldest]
      ) {
        sum -= tail.weight;
        oldest++;
      }
      most = Math.max(most, sum);
    }
    return most;
  }
}

/** Windows that lie side by side, the first starting at `offsetMs`. */
export class FixedWindow implements RateWindow {
  private readonly sums = new Map<number, number>();

  constructor(
    private readonly windowMs: number,
    private readonly offsetMs: number,
  ) {}

  used(at: number): number {
    return this.sums.get(this.indexOf(at)) ?? 0;
  }

  count(at: number, weight: number): void {
    const index = this.indexOf(at);
    this.sums.set(index, (this.sums.get(index) ?? 0) + weight);
    const kept = Math.ceil(LATE_MS / this.windowMs) + 1;
    if (this.sums.size <= 2 * kept) return;
    for (const known of this.sums.keys()) if (known < index - kept) this.sums.delete(known);
  }

  private indexOf(at: number): number {
    return Math.floor((at - this.offsetMs) / this.windowMs);
  }
}
