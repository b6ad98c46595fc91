import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IS_OBJECT, ValidateBy, ValidateNested } from 'class-validator';

import { describeType } from '../../errors/describe-type.js';
import { isJsonObject } from '../../http/json.js';
import { explain, isExplained } from './constraints/explain.js';
import { type FindIssue, unexpected } from './constraints/issue.js';

/** The class of a message body; its constructor takes no arguments. */
export type BodyClass<Body extends object = object> = new () => Body;

/** Picks the class of a body by what was received. */
export type BodyClassOf = (received: unknown) => BodyClass;

/**
 * A field that holds a message body. A received object becomes an instance of the class that `classOf` picks, and is
 * validated as one.
 */
export function MessageBodyField(classOf: BodyClassOf): PropertyDecorator {
  return (target, property) => {
    // Composed with Nest's own function, whose package also loads the metadata that Type needs.
    applyDecorators(
      Type((help) => classOf(receivedIn(help?.object, String(property)))),
      IsBodyUnseenByNesting(),
      ValidateNested({ ...explain(findBodyIssue), context: { findIssue: findBodyIssue, classOf } }),
    )(target, property);
    // A body of any type has no class that TypeScript could tell the tools that read it.
    Reflect.defineMetadata('design:type', classOf(undefined), target, property);
  };
}

/** Whether the context of a nested field is that of a `MessageBodyField`. */
export function isBodyContext(context: unknown): context is { readonly classOf: BodyClassOf } {
  return isExplained(context) && 'classOf' in context;
}

/** The issue of a value that cannot be a message body at all; undefined for any object. */
export const findBodyIssue: FindIssue = (value) => {
  if (isJsonObject(value)) return undefined;
  const expected = 'an object with the fields of the message type, such as { "type": "txt", "msg": "hello" }';
  return unexpected(
    expected,
    describeType(value),
    'see the send-message document for the fields of each type',
  );
};

/** Refuses what `ValidateNested` lets pass: no value, an array, of which it validates the items, and a function. */
function IsBodyUnseenByNesting(): PropertyDecorator {
  return ValidateBy(
    { name: IS_OBJECT, validator: { validate: (value) => !isUnseenByNesting(value) } },
    explain(findBodyIssue),
  );
}

function isUnseenByNesting(value: unknown): boolean {
  return value === undefined || Array.isArray(value) || typeof value === 'function';
}

function receivedIn(source: unknown, property: string): unknown {
  return isJsonObject(source) && Object.hasOwn(source, property) ? source[property] : undefined;
}
