import { isJsonObject } from '../../http/json.js';
import { checksOf, type DecoratedClass } from './class-checks.js';

/** The fields of an object that is not known to be valid. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Makes an instance of a DTO class, by which class-validator finds the decorators. It has the fields of the source, and
 * its message body is an instance too. A source that is an instance of a subclass keeps its class.
 *
 * @param defaults the fields that the source may leave out
 */
export function toInstance(source: Fields, target: DecoratedClass, defaults: Fields = {}): object {
  const actual = subclassOf(source, target);
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- TypeScript types the result of Object.create as any
  const instance: object = Object.create(actual.prototype);
  setFields(instance, defaults);
  setFields(instance, source);
  for (const { name, bodyClassOf } of checksOf(actual).fields) {
    const body: unknown = Reflect.get(instance, name);
    if (bodyClassOf === undefined || !isJsonObject(body)) continue;
    const Body = bodyClassOf(body);
    setFields(instance, { [name]: toInstance(body, Body, { ...new Body() }) });
  }
  return instance;
}

/** The class of an instance of the target, which may be a subclass; the target itself for any other object. */
export function subclassOf(source: object, target: DecoratedClass): DecoratedClass {
  return (source instanceof target ? classOf(source) : undefined) ?? target;
}

/** The class of an object; undefined for a plain one. */
export function classOf(source: object): DecoratedClass | undefined {
  const prototype: unknown = Object.getPrototypeOf(source);
  if (prototype === Object.prototype || !isJsonObject(prototype)) return undefined;
  const { constructor } = prototype;
  return isClass(constructor) ? constructor : undefined;
}

function isClass(value: unknown): value is DecoratedClass {
  return typeof value === 'function';
}

/** Constraints look at named fields only. An own `__proto__` or `constructor` would break class-validator. */
function setFields(instance: object, source: Fields): void {
  for (const [key, field] of Object.entries(source)) {
    if (field === undefined || key === '__proto__' || key === 'constructor') continue;
    const value: unknown = Array.isArray(field) ? withoutHoles(field) : field;
    Object.defineProperty(instance, key, { value, writable: true, enumerable: true, configurable: true });
  }
}

/** class-validator skips the holes of a sparse list, and JSON writes them as null. The list ends at its first hole. */
function withoutHoles(list: readonly unknown[]): readonly unknown[] {
  for (let index = 0; index < list.length; index++) {
    if (!(index in list)) return [...list.slice(0, index), undefined];
  }
  return list;
}
