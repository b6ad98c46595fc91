/** Hides a value that holds a secret from whoever prints the application, with every container and provider of Nest. */
export class Sealed<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  open(): Value {
    return this.#value;
  }
}
