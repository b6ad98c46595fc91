import { isJsonObject } from '../../http/json.js';
import type { BodyClassOf } from '../dto/message-body.decorator.js';
import { checksOf, type DecoratedClass, markUnsupported } from './class-checks.js';
import { isPromise } from './decorators.js';
import { fieldOf, type Fields, subclassOf, toInstance } from './dto-instance.js';

/** Whether an object is valid; `undecided` if only class-validator can tell. */
export type QuickResult = 'valid' | 'invalid' | 'undecided';

/**
 * Asks the constraints of a class about an object, one by one. class-validator takes ten times as long to find nothing,
 * and nearly every message is valid.
 *
 * @param defaults the fields that the object may leave out
 */
export function quickCheck(source: Fields, target: DecoratedClass, defaults: Fields = {}): QuickResult {
  const { fields, areOurs, areSupported } = checksOf(target);
  if (!areSupported) return 'undecided';
  // A constraint of the application may ask the object for its class or for another field.
  const object = areOurs ? source : toInstance(source, target, { defaults });
  let result: QuickResult = 'valid';
  // A failed constraint does not end the loop: a later one may return a promise, which only class-validator awaits.
  for (const { name, conditions, constraints, bodyClassOf } of fields) {
    const value: unknown = areOurs ? fieldOrDefault(name, source, defaults) : Reflect.get(object, name);
    if (!conditions.every((holds) => holds(object, value))) continue;
    for (const check of constraints) {
      const passed = check(value, object);
      if (isPromise(passed)) {
        ignoreRejection(passed);
        markUnsupported(target);
        return 'undecided';
      }
      if (!passed) result = 'invalid';
    }
    const body = bodyClassOf === undefined ? 'valid' : checkBody(value, bodyClassOf);
    if (body === 'undecided') return body;
    if (body === 'invalid') result = body;
  }
  return result;
}

/** Both classes count of a body whose class is a subclass: class-validator drops constraints that the subclass replaces. */
function checkBody(body: unknown, bodyClassOf: BodyClassOf): QuickResult {
  if (!isJsonObject(body)) return 'invalid';
  const Body = bodyClassOf(body);
  const Subclass = subclassOf(body, Body);
  const defaults = { ...new Body() };
  const results = [...new Set([Body, Subclass])].map((each) => quickCheck(body, each, defaults));
  return (
    results.find((result) => result === 'undecided') ??
    results.find((result) => result === 'invalid') ??
    'valid'
  );
}

function fieldOrDefault(name: string, source: Fields, defaults: Fields): unknown {
  const value = fieldOf(source, name);
  return value === undefined ? defaults[name] : value;
}

/** class-validator asks the constraint once more. A rejection of the first promise must not end the process. */
function ignoreRejection(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => undefined);
}
