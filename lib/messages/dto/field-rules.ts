import { getMetadataStorage } from 'class-validator';

import { type FieldRule, isFieldRule } from './field-rule.js';
import { isJsonObject } from '../../http/json.js';

/** A rule and the field that it is bound to. */
export interface BoundRule {
  readonly field: string;
  readonly rule: FieldRule;
}

type DtoClass = abstract new () => object;

const known = new WeakMap<DtoClass, readonly BoundRule[]>();

/** The rules that a class's decorators have bound to its fields, inherited ones included, as class-validator knows them. */
export function rulesOf(dto: DtoClass): readonly BoundRule[] {
  let rules = known.get(dto);
  if (!rules) {
    rules = readRules(dto);
    known.set(dto, rules);
  }
  return rules;
}

function readRules(dto: DtoClass): BoundRule[] {
  return getMetadataStorage()
    .getTargetValidationMetadatas(dto, '', false, false)
    .flatMap(({ propertyName: field, context }): BoundRule[] => {
      const rule: unknown = isJsonObject(context) ? context['rule'] : undefined;
      return isFieldRule(rule) ? [{ field, rule }] : [];
    });
}
