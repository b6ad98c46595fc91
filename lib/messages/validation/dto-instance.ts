import { isJsonObject } from '../../http/json.js';
import { checksOf, type DecoratedClass } from './class-checks.js';

/** The fields of an object that is not known to be valid. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Makes the instances of a DTO class by which class-validator finds the decorators that count. A source whose class, or
 * whose body's class, is a subclass has two: one of exactly the DTO's classes, and one of the subclasses, which may have
 * replaced constraints.
 */
export function toInstances(source: Fields, target: DecoratedClass): readonly object[] {
  const instance = toInstance(source, target);
  return hasSubclass(source, target) ? [toInstance(source, target, { isExact: true }), instance] : [instance];
}

/** How an instance is made. */
export interface InstanceOptions {
  /** The fields that the source may leave out. */
  readonly defaults?: Fields;
  /** Whether a source that is an instance of a subclass becomes one of the target's own class. */
  readonly isExact?: boolean;
}

/**
 * Makes an instance of a DTO class. It has the fields of the source, and its message body is an instance too. A source
 * that is an instance of a subclass keeps its class; it is returned as it is unless a field has to change, because a copy
 * has none of its private members.
 */
export function toInstance(
  source: Fields,
  target: DecoratedClass,
  { defaults = {}, isExact = false }: InstanceOptions = {},
): object {
  const actual = isExact ? target : subclassOf(source, target);
  const changes = {
    ...missingDefaults(source, defaults),
    ...denseLists(source),
    ...bodies(source, actual, isExact),
  };
  const isInstance = source instanceof target && subclassOf(source, target) === actual;
  if (isInstance && !Object.hasOwn(source, 'constructor') && Object.keys(changes).length === 0) return source;

  // oxlint-disable-next-line typescript/no-unsafe-assignment -- TypeScript types the result of Object.create as any
  const instance: object = Object.create(actual.prototype);
  for (const [key, value] of [...Object.entries(source), ...Object.entries(changes)]) {
    // Constraints look at named fields only, and these two would break class-validator.
    if (value === undefined || key === '__proto__' || key === 'constructor') continue;
    Object.defineProperty(instance, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return instance;
}

function hasSubclass(source: Fields, target: DecoratedClass): boolean {
  if (subclassOf(source, target) !== target) return true;
  return checksOf(target).fields.some(({ name, bodyClassOf }) => {
    const body = fieldOf(source, name);
    if (bodyClassOf === undefined || !isJsonObject(body)) return false;
    const Body = bodyClassOf(body);
    return subclassOf(body, Body) !== Body;
  });
}

/** The value of a field. A member of the prototype, such as `constructor`, is not a field of a message. */
export function fieldOf(source: Fields, name: string): unknown {
  return Object.hasOwn(source, name) ? source[name] : undefined;
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

function missingDefaults(source: Fields, defaults: Fields): Fields {
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => fieldOf(source, name) === undefined));
}

/** class-validator skips the holes of a list, and JSON writes them as null. A list is made to end at its first hole. */
function denseLists(source: Fields): Fields {
  const changes: [string, readonly unknown[]][] = [];
  for (const [name, list] of Object.entries(source)) {
    const hole = isList(list) ? firstHole(list) : -1;
    if (isList(list) && hole !== -1) changes.push([name, [...list.slice(0, hole), undefined]]);
  }
  return Object.fromEntries(changes);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function firstHole(list: readonly unknown[]): number {
  for (let index = 0; index < list.length; index++) {
    if (!(index in list)) return index;
  }
  return -1;
}

/** The message bodies of the source that are no such instances yet. */
function bodies(source: Fields, target: DecoratedClass, isExact: boolean): Fields {
  const changes: [string, object][] = [];
  for (const { name, bodyClassOf } of checksOf(target).fields) {
    const body = fieldOf(source, name);
    if (bodyClassOf === undefined || !isJsonObject(body)) continue;
    const Body = bodyClassOf(body);
    const instance = toInstance(body, Body, { defaults: { ...new Body() }, isExact });
    if (instance !== body) changes.push([name, instance]);
  }
  return Object.fromEntries(changes);
}
