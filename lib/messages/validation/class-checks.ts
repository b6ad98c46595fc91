import { getMetadataStorage } from 'class-validator';

import { type BodyClassOf, isBodyContext } from '../dto/message-body.decorator.js';
import {
  type Condition,
  conditionsOf,
  type ConstraintCheck,
  constraintChecksOf,
  type Decorator,
  isSupported,
  isOurs,
} from './decorators.js';

/** A class whose fields have decorators of class-validator. */
export type DecoratedClass = abstract new (...args: never) => object;

/** What the decorators of one field ask for. */
export interface FieldChecks {
  readonly name: string;
  readonly conditions: readonly Condition[];
  readonly constraints: readonly ConstraintCheck[];
  /** Picks the class of the message body that the field holds. */
  readonly bodyClassOf: BodyClassOf | undefined;
}

/** What the decorators of a class ask for, those of its parents included. */
export interface ClassChecks {
  readonly fields: readonly FieldChecks[];
  /** Whether all decorators are this library's own; an application may have added others. */
  readonly areOurs: boolean;
  /** Whether some are: the class is a DTO, or Nest's mapped types derived it from one. */
  readonly includeOurs: boolean;
  /** Whether the quick check supports all decorators. If not, only class-validator can tell whether an object is valid. */
  readonly areSupported: boolean;
}

const known = new WeakMap<DecoratedClass, { readonly decorators: number; readonly checks: ClassChecks }>();

/** Reads what the decorators of a class ask for from the metadata of class-validator. */
export function checksOf(target: DecoratedClass): ClassChecks {
  const decorators = countDecorators(target);
  const found = known.get(target);
  if (found?.decorators === decorators) return found.checks;
  const checks = readChecks(target);
  known.set(target, { decorators, checks });
  return checks;
}

/** Remembers that a constraint of the class returned a promise although its decorator is not marked `async`. */
export function markUnsupported(target: DecoratedClass): void {
  known.set(target, {
    decorators: countDecorators(target),
    checks: { ...checksOf(target), areSupported: false },
  });
}

/**
 * class-validator announces no new decorator, so this looks into its private list. If a later version hides the list, a
 * send ignores the decorators that are added after the first message.
 */
function countDecorators(target: DecoratedClass): number {
  const lists: unknown = Reflect.get(getMetadataStorage(), 'validationMetadatas');
  if (!(lists instanceof Map)) return 0;
  let count = 0;
  for (let each: unknown = target; typeof each === 'function'; each = Object.getPrototypeOf(each)) {
    const list: unknown = lists.get(each);
    if (Array.isArray(list)) count += list.length;
  }
  return count;
}

function readChecks(target: DecoratedClass): ClassChecks {
  const storage = getMetadataStorage();
  const decorators = storage.getTargetValidationMetadatas(target, '', false, false);
  return {
    fields: Object.entries(storage.groupByPropertyName(decorators)).map(([name, those]) =>
      readField(name, those, target.name),
    ),
    areOurs: decorators.every(isOurs),
    includeOurs: decorators.some(isOurs),
    areSupported: decorators.every(isSupported),
  };
}

function readField(name: string, decorators: readonly Decorator[], targetName: string): FieldChecks {
  return {
    name,
    conditions: conditionsOf(decorators),
    constraints: decorators.flatMap((decorator) => constraintChecksOf(decorator, targetName)),
    bodyClassOf: decorators.map(({ context }): unknown => context).find(isBodyContext)?.classOf,
  };
}
