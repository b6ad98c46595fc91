// From the module and not the global, which an application's tests may replace.
import { setImmediate } from 'node:timers';

/** How many items are done in one turn of the event loop. Each ends a call: some 20 µs with what follows from it. */
const ITEMS_PER_TURN = 500;

/**
 * Does something with many items: a number of them in one turn of the event loop, the rest in the turns after it. Ending
 * a hundred thousand calls takes seconds, in which the process must still do other work.
 */
export class SlicedWork {
  readonly #itemsPerTurn: number;
  #jobs: Iterator<() => void, void>[] = [];
  #nextJob = 0;
  #doneInThisTurn = 0;
  #isRunning = false;
  #isScheduled = false;

  constructor(itemsPerTurn = ITEMS_PER_TURN) {
    this.#itemsPerTurn = itemsPerTurn;
  }

  /**
   * Calls `work` for each item, after the items that were given before: at once for as many as fit in this turn.
   *
   * @param items - read one by one when it is their turn; an item that is removed before that is left out
   * @param work - must not throw
   */
  run<T>(items: Iterable<T>, work: (item: T) => void): void {
    this.#jobs.push(tasksOf(items, work));
    if (!this.#isRunning) this.#runJobs();
  }

  /** Resolves in this turn of the event loop if one more item fits in it, else in one of the turns after it. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.run([resolve], (done) => done()));
  }

  #runJobs(): void {
    this.#isRunning = true;
    for (let job = this.#jobs[this.#nextJob]; job; job = this.#jobs[this.#nextJob]) {
      if (this.#doneInThisTurn >= this.#itemsPerTurn) break;
      const next = job.next();
      if (next.done === true) this.#nextJob += 1;
      else {
        this.#doneInThisTurn += 1;
        next.value();
      }
    }
    if (this.#nextJob >= this.#jobs.length) {
      this.#jobs = [];
      this.#nextJob = 0;
    }
    this.#isRunning = false;
    if (this.#doneInThisTurn > 0) this.#scheduleNextTurn();
  }

  #scheduleNextTurn(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#doneInThisTurn = 0;
      this.#runJobs();
    });
  }
}

/** The work of this process that ends calls, whatever ends them. */
export const endOfCalls = new SlicedWork();

function* tasksOf<T>(items: Iterable<T>, work: (item: T) => void): Iterator<() => void, void> {
  for (const item of items) yield () => work(item);
}
