/**
 * Counts weights in windows of time. Timestamps may arrive out of order, because requests end in another order than they
 * begin.
 */
export interface CountWindow {
  /** The highest count of any window that contains `at`. */
  used(at: number): number;
  count(at: number, weight: number): void;
}

interface Entry {
  readonly at: number;
  readonly weight: number;
}

/** A timestamp may be this much older than the latest one and still be counted exactly. */
const LATE_MS = 10_000;

/** Exact sliding window: a weight of `t - windowMs` or earlier no longer counts at `t`. */
export class SlidingWindow implements CountWindow {
  readonly #windowMs: number;
  #entries: Entry[] = [];
  /** Where the latest window ends; `#first` is the index of its first entry and `#sum` its count. */
  #edge = -Infinity;
  #first = 0;
  #sum = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  used(at: number): number {
    if (at < this.#edge) return this.#busiestAround(at);
    this.#slideTo(at);
    return this.#sum;
  }

  count(at: number, weight: number): void {
    if (at >= this.#edge) this.#slideTo(at);
    let index = this.#entries.length;
    while (index > 0 && (this.#entries[index - 1]?.at ?? 0) > at) index--;
    this.#entries.splice(index, 0, { at, weight });
    if (at > this.#edge - this.#windowMs) this.#sum += weight;
    else this.#first++;
  }

  #slideTo(at: number): void {
    this.#edge = at;
    for (let entry = this.#entries[this.#first]; entry !== undefined; entry = this.#entries[this.#first]) {
      if (entry.at > at - this.#windowMs) break;
      this.#sum -= entry.weight;
      this.#first++;
    }
    if (this.#first >= 1024) this.#dropBefore(at - this.#windowMs - LATE_MS);
  }

  #dropBefore(time: number): void {
    let old = 0;
    while (old < this.#first && (this.#entries[old]?.at ?? time) < time) old++;
    if (old < 1024) return;
    this.#entries = this.#entries.slice(old);
    this.#first -= old;
  }

  /** The highest count of the windows that contain `at` and end on it or on a later entry. */
  #busiestAround(at: number): number {
    const near = this.#entries.filter((entry) => Math.abs(entry.at - at) < this.#windowMs);
    let [sum, most, oldest] = [0, 0, 0];
    for (const entry of near) {
      sum += entry.weight;
      const end = Math.max(at, entry.at);
      for (
        let tail = near[oldest];
        tail !== undefined && tail.at <= end - this.#windowMs;
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

/** Adjacent windows that start `offsetMs` after each multiple of their length. */
export class FixedWindow implements CountWindow {
  readonly #windowMs: number;
  readonly #offsetMs: number;
  readonly #sums = new Map<number, number>();

  constructor(windowMs: number, offsetMs: number) {
    this.#windowMs = windowMs;
    this.#offsetMs = offsetMs;
  }

  used(at: number): number {
    return this.#sums.get(this.#indexOf(at)) ?? 0;
  }

  count(at: number, weight: number): void {
    const index = this.#indexOf(at);
    this.#sums.set(index, (this.#sums.get(index) ?? 0) + weight);
    const kept = Math.ceil(LATE_MS / this.#windowMs) + 1;
    if (this.#sums.size <= 2 * kept) return;
    for (const known of this.#sums.keys()) if (known < index - kept) this.#sums.delete(known);
  }

  #indexOf(at: number): number {
    return Math.floor((at - this.#offsetMs) / this.#windowMs);
  }
}
