import type { Refusal } from './refusals.js';
import type { RateLimitSlot } from './rate-limit-store.js';

/** The permission for one request; ended once, by `done` or `refused`, and whatever comes after that changes nothing. */
export interface Turn {
  /** The answer is here, or the failure: the request counts for one window from now. */
  done(): void;
  /** The service refused the request for its rate: as `done`, and the route pauses. */
  refused(refusal: Refusal): void;
}

/** Who hears how turns ended. */
export interface TurnObserver {
  /** How many pauses the route has had; a refusal belongs to the pauses that its turn has seen begin. */
  readonly pauses: number;
  onAnswered(pausesBefore: number): void;
  onRefused(refusal: Refusal, pausesBefore: number): void;
}

/** A turn over the slot of a budget. */
export class SlotTurn implements Turn {
  private isOver = false;
  private readonly pausesBefore: number;

  constructor(
    private readonly slot: RateLimitSlot,
    private readonly observer: TurnObserver,
  ) {
    this.pausesBefore = observer.pauses;
  }

  done(): void {
    if (this.end()) this.observer.onAnswered(this.pausesBefore);
  }

  refused(refusal: Refusal): void {
    if (this.end()) this.observer.onRefused(refusal, this.pausesBefore);
  }

  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.slot.settle();
    return true;
  }
}
