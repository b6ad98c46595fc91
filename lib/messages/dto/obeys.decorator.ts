import { registerDecorator } from 'class-validator';

import type { FieldRule } from './field-rule.js';

/** Binds a rule to a field of a DTO, for class-validator and so for Nest's `ValidationPipe`. */
export function Obeys(rule: FieldRule): PropertyDecorator {
  return (target, property) => {
    const propertyName = String(property);
    registerDecorator({
      name: rule.name,
      target: target.constructor,
      propertyName,
      // Travels with the ValidationError, so that whoever reads the error can ask the rule for the exact path.
      options: { context: { rule } },
      validator: {
        validate: (value: unknown) => rule.check(value) === undefined,
        defaultMessage: (args) => {
          const found = rule.check(args?.value);
          return found === undefined ? '' : withoutTokens(`${propertyName}${found.path} ${found.says}`);
        },
      },
    });
  };
}

/**
 * class-validator replaces `$value` and its like inside a message, also inside an excerpt of what was received; a
 * short excerpt full of them would then blow up to many copies of the value.
 */
function withoutTokens(message: string): string {
  return message.replaceAll('$', String.raw`\u0024`);
}
