/** How many spent places are kept before the array is cut; cutting at every shift would cost the whole length. */
const SPENT_PLACES = 1024;

/** First in, first out, in constant time. */
export class Fifo<T> implements Iterable<T> {
  private items: T[] = [];
  private head = 0;

  push(item: T): void {
    this.items.push(item);
  }

  first(): T | undefined {
    return this.items[this.head];
  }

  shift(): void {
    this.head += 1;
    if (this.head >= this.items.length) {
      this.items = [];
      this.head = 0;
    } else if (this.head >= SPENT_PLACES && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let at = this.head; at < this.items.length; at += 1) {
      const item = this.items[at];
      if (item !== undefined) yield item;
    }
  }
}
