import { isJsonObject } from '../../http/json.js';
import type { BodyClassOf } from '../dto/message-body.decorator.js';
import { checksOf, type DecoratedClass, markUnjudgeable } from './class-checks.js';
import { isPromise } from './decorators.js';
import { type Fields, subclassOf, toInstance } from './dto-instance.js';

/** Whether an object is valid; `unjudged` when only class-validator can tell. */
export type Verdict = 'valid' | 'invalid' | 'unjudged';

/**
 * Asks the constraints of a class about an object, one by one. class-validator takes ten times as long to find nothing,
 * and nearly every message is valid.
 *
 * @param defaults the fields that the object may leave out
 */
export function judge(source: Fields, target: DecoratedClass, defaults: Fields = {}): Verdict {
  const { fields, areOurs, areJudgeable } = checksOf(target);
  if (!areJudgeable) return 'unjudged';
  // A constraint of the application may ask the object for its class or for another field.
  const object = areOurs ? source : toInstance(source, target, defaults);
  let verdict: Verdict = 'valid';
  // The constraints after a failed one are asked too: one of them may have to be waited for.
  for (const { name, conditions, constraints, bodyClassOf } of fields) {
    const value: unknown = areOurs ? ownField(name, source, defaults) : Reflect.get(object, name);
    if (!conditions.every((holds) => holds(object, value))) continue;
    for (const check of constraints) {
      const result = check(value, object);
      if (isPromise(result)) {
        ignore(result);
        markUnjudgeable(target);
        return 'unjudged';
      }
      if (!result) verdict = 'invalid';
    }
    const body = bodyClassOf === undefined ? 'valid' : judgeBody(value, bodyClassOf);
    if (body === 'unjudged') return body;
    if (body === 'invalid') verdict = body;
  }
  return verdict;
}

function judgeBody(body: unknown, bodyClassOf: BodyClassOf): Verdict {
  if (!isJsonObject(body)) return 'invalid';
  const Body = bodyClassOf(body);
  return judge(body, subclassOf(body, Body), { ...new Body() });
}

/** A member of the prototype, `constructor` for instance, is no field of a message. */
function ownField(name: string, source: Fields, defaults: Fields): unknown {
  const value = Object.hasOwn(source, name) ? source[name] : undefined;
  return value === undefined ? defaults[name] : value;
}

/** class-validator asks the constraint again. The first promise must not end the process when it is rejected. */
function ignore(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => undefined);
}
