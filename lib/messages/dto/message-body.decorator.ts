import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';

import { fault, type FieldRule } from './field-rule.js';
import { Obeys } from './obeys.decorator.js';
import { isJsonObject } from '../../http/json.js';
import { kindOf } from './received-value.js';

/** The class of a message body; it needs no arguments. */
export type BodyClass<Body extends object = object> = new () => Body;

const MUST = 'an object with the fields of the message type, such as { "type": "txt", "msg": "hello" }';
const CURE = 'see the send-message document for the fields of each type';

/** Why a value cannot be a message body at all; undefined for any object. */
export const messageBody: FieldRule = {
  name: 'messageBody',
  check: (value) => (isJsonObject(value) ? undefined : fault(MUST, kindOf(value), CURE)),
};

/**
 * A field that holds a message body: made an instance of the class that `classOf` picks for what was received, and
 * validated as one.
 */
export function MessageBodyField(classOf: (received: unknown) => BodyClass): PropertyDecorator {
  return (target, property) => {
    const name = String(property);
    // Composed with Nest's own function, whose package also loads the metadata that Type cannot do without.
    applyDecorators(
      Type((help) => classOf(receivedIn(help?.object, name))),
      Obeys(unseenByNesting),
      ValidateNested({ message: ({ value }) => `${name} ${messageBody.check(value)?.says ?? ''}` }),
    )(target, property);
  };
}

/** What nested validation lets pass: a missing value, and an array, of which it only looks at the items. */
const unseenByNesting: FieldRule = {
  name: messageBody.name,
  check: (value) => (value === undefined || Array.isArray(value) ? messageBody.check(value) : undefined),
};

function receivedIn(source: unknown, property: string): unknown {
  return isJsonObject(source) && Object.hasOwn(source, property) ? source[property] : undefined;
}
