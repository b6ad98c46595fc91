import { validate, validateSync, type ValidationError } from 'class-validator';

import { describeType } from '../errors/describe-type.js';
import type { Violation } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import { issueBehind } from './dto/constraints/explain.js';
import { issueText } from './dto/constraints/issue.js';
import { MessageFields, TARGET_COUNT_CONSTRAINT } from './dto/message-fields.js';
import { isMessageType, MESSAGE_CLASSES, type MessageType } from './dto/message-types.js';
import { MessageDto } from './dto/message.dto.js';
import { checksOf, type DecoratedClass } from './validation/class-checks.js';
import { classOf, type Fields, toInstances } from './validation/dto-instance.js';
import { quickCheck } from './validation/quick-check.js';

/** The broken constraints of a message; a promise of them if a constraint of the application is asynchronous. */
export type Violations = readonly Violation[] | Promise<readonly Violation[]>;

const OPTIONS = { forbidUnknownValues: false, validationError: { target: false } } as const;

/**
 * Finds the constraints that a message breaks, at most one of each field; none when it may be sent. The caller counts the
 * targets, because their limit is configurable. Fields without constraints pass.
 *
 * @param expectedType the type that the message must have; it may then leave out its `msg.type`
 */
export function validateMessage(message: unknown, expectedType?: MessageType): Violations {
  if (!isJsonObject(message)) {
    const text = `message must be an object with target_type, target and msg, got ${describeType(message)}; pass one message`;
    return [{ path: 'message', message: text }];
  }
  const classes = classesOf(message, expectedType);
  const results = classes.map((each) => quickCheck(message, each));
  if (results.every((result) => result === 'valid')) return [];

  const instances = classes.flatMap((each) => toInstances(message, each));
  return results.includes('undecided')
    ? Promise.all(instances.map((instance) => validate(instance, OPTIONS))).then(violationsIn)
    : violationsIn(instances.map((instance) => validateSync(instance, OPTIONS)));
}

/** The classes whose decorators count: the DTO of the message's type, and the message's own class. */
function classesOf(message: Fields, expectedType: MessageType | undefined): readonly DecoratedClass[] {
  const own = classOf(message);
  const Dto = dtoOf(message, expectedType);
  if (own === undefined || own === Dto) return [Dto];
  // class-validator drops the constraints of a field that a subclass decorates again, so the DTO's own class counts too.
  // A class that `OmitType` made of a DTO is no subclass of it. Any other class is like a plain object.
  return message instanceof Dto || checksOf(own).includeOurs ? [Dto, own] : [Dto];
}

function dtoOf(message: Fields, expectedType: MessageType | undefined): DecoratedClass {
  if (expectedType !== undefined) return MESSAGE_CLASSES[expectedType].dto;
  if (message instanceof MessageFields) return MessageFields;
  const body = Object.hasOwn(message, 'msg') ? message['msg'] : undefined;
  const type = isJsonObject(body) && Object.hasOwn(body, 'type') ? body['type'] : undefined;
  return isMessageType(type) ? MESSAGE_CLASSES[type].dto : MessageDto;
}

/** Keeps the first violation of each path: the two classes of a message both report what they have in common. */
function violationsIn(errorLists: readonly ValidationError[][]): readonly Violation[] {
  const byPath = new Map<string, Violation>();
  for (const found of errorLists.flatMap((errors) => flattened(errors, ''))) {
    if (!byPath.has(found.path)) byPath.set(found.path, found);
  }
  return [...byPath.values()];
}

function flattened(errors: readonly ValidationError[], parent: string): readonly Violation[] {
  return errors.flatMap((error) => {
    const [first] = Object.entries(error.constraints ?? {}).flatMap(([name, text]) =>
      violation(error, name, text, parent),
    );
    return first ? [first] : flattened(error.children ?? [], `${parent}${error.property}.`);
  });
}

function violation(error: ValidationError, name: string, text: string, parent: string): readonly Violation[] {
  const { property } = error;
  const issue = issueBehind(text, error, error.contexts?.[name]);
  if (issue === undefined) return [{ path: parent + property, message: parent + text }];
  if (name === TARGET_COUNT_CONSTRAINT && property === 'target') return [];
  return [{ path: `${parent}${property}${issue.path}`, message: parent + issueText(property, issue) }];
}
