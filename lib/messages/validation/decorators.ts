import {
  getMetadataStorage,
  type MetadataStorage,
  type ValidationArguments,
  ValidationTypes,
  type ValidatorConstraintInterface,
} from 'class-validator';

import { isExplained } from '../dto/constraints/explain.js';
import { isGiven } from '../dto/is-given.js';
import { isBodyContext } from '../dto/message-body.decorator.js';
import { TARGET_COUNT_CONSTRAINT } from '../dto/message-fields.js';

/** A decorator of a field, as class-validator stores it. */
export type Decorator = ReturnType<MetadataStorage['getTargetValidationMetadatas']>[number];

/** The condition of a `@ValidateIf()` or an `@IsOptional()`. */
export type Condition = (object: object, value: unknown) => unknown;

/** Asks one constraint about a value. It returns the result of the constraint: a boolean, or a promise of one. */
export type ConstraintCheck = (value: unknown, object: object) => unknown;

/** Whether a decorator is one of this library's own. */
export function isOurs({ type, context, constraints }: Decorator): boolean {
  return type === ValidationTypes.CONDITIONAL_VALIDATION ? constraints[0] === isGiven : isExplained(context);
}

/** Whether the quick check supports a decorator: it can be asked without class-validator and without waiting. */
export function isSupported(decorator: Decorator): boolean {
  if (hasValidatorOptions(decorator)) return false;
  switch (decorator.type) {
    case ValidationTypes.WHITELIST:
    case ValidationTypes.CONDITIONAL_VALIDATION:
      return true;
    case ValidationTypes.NESTED_VALIDATION:
      return isBodyContext(decorator.context);
    case ValidationTypes.CUSTOM_VALIDATION:
    case ValidationTypes.IS_DEFINED:
      return !constraintsOf(decorator).some(({ async }) => async);
    default:
      return false;
  }
}

/** Whether a decorator has an option by which class-validator includes or skips it: groups, `always` or `validateIf`. */
function hasValidatorOptions(decorator: Decorator): boolean {
  // A decorator without options has no groups, although its type has; class-validator 0.14 has no `validateIf`.
  return ['groups', 'always', 'validateIf'].some((option) => {
    const value: unknown = Reflect.get(decorator, option);
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
}

/** The conditions under which the constraints of a field count; all of them must hold. */
export function conditionsOf(decorators: readonly Decorator[]): readonly Condition[] {
  return decorators
    .filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION)
    .map(({ constraints }): unknown => constraints[0])
    .filter(isCondition);
}

function isCondition(value: unknown): value is Condition {
  return typeof value === 'function';
}

/** The checks of a decorator; one that is not a constraint has none. */
export function constraintChecksOf(decorator: Decorator, targetName: string): readonly ConstraintCheck[] {
  if (isTargetCount(decorator)) return [];
  const { propertyName: property, constraints, each } = decorator;
  return constraintsOf(decorator).map((constraint) => {
    // Only a constraint of the application may be a service of its container, which it may set at any time.
    const ours = isOurs(decorator) ? constraint.instance : undefined;
    return (value, object) => {
      const args = { value, object, property, constraints, targetName };
      return ask(ours ?? constraint.instance, each, args);
    };
  });
}

function constraintsOf({
  constraintCls,
}: Decorator): ReturnType<MetadataStorage['getTargetValidatorConstraints']> {
  return getMetadataStorage().getTargetValidatorConstraints(constraintCls);
}

function ask(constraint: ValidatorConstraintInterface, each: boolean, args: ValidationArguments): unknown {
  const value: unknown = args.value;
  if (!each || !isCollection(value)) return constraint.validate(value, args);
  for (const entry of value instanceof Map ? value.values() : value) {
    const result: unknown = constraint.validate(entry, args);
    if (!result || isPromise(result)) return result;
  }
  return true;
}

/** A send counts the targets against `limits.targets`, which may allow more or fewer. */
function isTargetCount({ name, propertyName, context }: Decorator): boolean {
  return name === TARGET_COUNT_CONSTRAINT && propertyName === 'target' && isExplained(context);
}

/** Whether a constraint returned a promise. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function isCollection(value: unknown): value is readonly unknown[] | Set<unknown> | Map<unknown, unknown> {
  return Array.isArray(value) || value instanceof Set || value instanceof Map;
}
