/** Measures how long the event loop is held by work of this process, not by other processes on a busy machine. */
export class EventLoopStalls {
  readonly #timer: NodeJS.Timeout;
  #longestMs = 0;
  #cpu = process.cpuUsage();
  #at = performance.now();

  constructor() {
    this.#timer = setInterval(() => this.#tick(), 5);
  }

  /** Stops, and returns the longest stall in milliseconds. */
  stop(): number {
    clearInterval(this.#timer);
    this.#tick();
    return this.#longestMs;
  }

  #tick(): void {
    const { user, system } = process.cpuUsage(this.#cpu);
    const now = performance.now();
    // Work that holds the loop takes both: time, and CPU of this process.
    this.#longestMs = Math.max(this.#longestMs, Math.min(now - this.#at, (user + system) / 1000));
    this.#cpu = process.cpuUsage();
    this.#at = now;
  }
}
