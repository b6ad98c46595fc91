/** JavaScript's own names: class-transformer takes the value of such a member for the class of the object, and fails. */
const RESERVED = ['constructor', '__proto__'];

/** Far deeper than any documented response, and far less deep than a serializer can follow. */
const MAX_DEPTH = 32;

/**
 * Makes parsed JSON safe for every serializer, in place, and returns it: members named `constructor` and `__proto__` go,
 * and what nests deeper than 32 levels becomes null. A controller that returns the result of a send that succeeded must
 * not fail.
 */
export function serializable<Json>(parsed: Json): Json {
  if (isContainer(parsed)) clean(parsed, 1);
  return parsed;
}

function clean(container: object, depth: number): void {
  for (const name of RESERVED) {
    if (Object.hasOwn(container, name)) Reflect.deleteProperty(container, name);
  }
  for (const key of Object.keys(container)) {
    const value: unknown = Reflect.get(container, key);
    if (!isContainer(value)) continue;
    if (depth < MAX_DEPTH) clean(value, depth + 1);
    else Reflect.set(container, key, null);
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
