import { validateSync, type ValidationError } from 'class-validator';

import type { Violation } from '../errors/index.js';
import { isFieldRule } from './dto/field-rule.js';
import { MessageFields, TARGET_COUNT_CONSTRAINT } from './dto/message-fields.js';
import { rulesOf } from './dto/field-rules.js';
import { isMessageType, MESSAGE_CLASSES, type MessageType } from './dto/message-types.js';
import { bodyClassOf, MessageDto } from './dto/message.dto.js';
import { isJsonObject } from '../http/json.js';
import { kindOf } from './dto/received-value.js';

const OPTIONS = {
  stopAtFirstError: true,
  forbidUnknownValues: false,
  validationError: { target: false },
} as const;

/**
 * Every rule of the DTOs that a message breaks, none when it may be sent. The 600-target rule is left to the caller,
 * whose limit is configurable, and fields that no rule knows pass.
 *
 * @param expectedType the type that the message must have; its `msg.type` may then be left out
 */
export function violationsOf(message: unknown, expectedType?: MessageType): readonly Violation[] {
  if (!isJsonObject(message)) {
    const says = `must be an object with target_type, target and msg, got ${kindOf(message)}; pass one message`;
    return [{ path: 'message', message: `message ${says}` }];
  }
  if (keepsEveryRule(message, expectedType)) return [];
  const errors = validateSync(asDto(message, expectedType), OPTIONS);
  return errors.length === 0 ? [] : flattened(errors, '');
}

/**
 * Whether the rules of the message's type find nothing, asked one by one: class-validator takes ten times as long to say
 * so, and nearly every message keeps them all. A class of the application's own may have rules of its own.
 */
function keepsEveryRule(
  message: Readonly<Record<string, unknown>>,
  expectedType: MessageType | undefined,
): boolean {
  const body = ownValue(message, 'msg');
  if (!isJsonObject(body)) return false;
  const type = ownValue(body, 'type') ?? expectedType;
  if (!isMessageType(type) || type !== (expectedType ?? type)) return false;
  const { dto, body: Body } = MESSAGE_CLASSES[type];
  if (!isPlainOr(message, dto, MessageDto) || !isPlainOr(body, Body)) return false;
  return (
    rulesOf(dto).every(
      ({ field, rule }) => rule.name === TARGET_COUNT_CONSTRAINT || !rule.check(ownValue(message, field)),
    ) &&
    rulesOf(Body).every(({ field, rule }) => !rule.check(field === 'type' ? type : ownValue(body, field)))
  );
}

function isPlainOr(value: object, ...classes: readonly (new () => object)[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === Object.prototype ||
    prototype === null ||
    classes.some((each) => each.prototype === prototype)
  );
}

function ownValue(source: Readonly<Record<string, unknown>>, field: string): unknown {
  return Object.hasOwn(source, field) ? source[field] : undefined;
}

function asDto(message: Readonly<Record<string, unknown>>, expectedType: MessageType | undefined): object {
  const body = message['msg'];
  const Body = expectedType === undefined ? bodyClassOf(body) : MESSAGE_CLASSES[expectedType].body;
  if (message instanceof MessageFields && body instanceof Body) return message;

  const Dto = expectedType === undefined ? MessageDto : MESSAGE_CLASSES[expectedType].dto;
  const dto = copiedOnto(new Dto(), message);
  if (isJsonObject(body) && !(body instanceof Body))
    Object.assign(dto, { msg: copiedOnto(new Body(), body) });
  return dto;
}

/** Rules look at named fields only, so an own `__proto__` or `constructor` is of no interest here, but would break it. */
function copiedOnto<Instance extends object>(instance: Instance, source: object): Instance {
  for (const [key, value] of Object.entries(source)) {
    if (value === undefined || key === '__proto__' || key === 'constructor') continue;
    Object.defineProperty(instance, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return instance;
}

function flattened(errors: readonly ValidationError[], parent: string): Violation[] {
  return errors.flatMap((error) => [
    ...Object.entries(error.constraints ?? {})
      .filter(([name]) => name !== TARGET_COUNT_CONSTRAINT)
      .map(([name, text]) => violation(error, name, text, parent)),
    ...flattened(error.children ?? [], `${parent}${error.property}.`),
  ]);
}

function violation(error: ValidationError, name: string, text: string, parent: string): Violation {
  const context: unknown = error.contexts?.[name];
  const rule = isJsonObject(context) ? context['rule'] : undefined;
  const found = isFieldRule(rule) ? rule.check(error.value) : undefined;
  const path = `${parent}${error.property}${found?.path ?? ''}`;
  return { path, message: found === undefined ? `${parent}${text}` : `${path} ${found.says}` };
}
