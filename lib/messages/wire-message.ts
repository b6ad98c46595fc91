import { EasemobValidationError } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import type { TargetType } from './dto/message-fields.js';
import type { MessageType } from './dto/message-types.js';
import type { Message } from './message-inputs.js';

/** A message in the form in which it is sent, serialized once. */
export interface WireMessage {
  readonly type: MessageType;
  readonly targetType: TargetType;
  /** The targets in the order of the message; each counts as one message. */
  readonly targets: readonly string[];
  /** The path below `/{org}/{app}`, with its query. */
  readonly path: string;
  readonly json: string;
  /** The share secrets of the files that the message carries. */
  readonly secrets: readonly string[];
  /** The size of the content and `ext` in UTF-8 bytes. */
  readonly messageBytes: number;
}

/**
 * Turns fields into what Easemob takes: coordinates and event attributes are strings, and the `uuid` of an upload, which
 * came with the upload's other fields, is not sent.
 */
const FIELDS_AS_SENT: Readonly<Record<string, (value: unknown) => unknown>> = {
  lat: coordinateAsText,
  lng: coordinateAsText,
  customExts: (value) =>
    isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, asText(entry)]))
      : value,
  uuid: () => undefined,
};

/** The content of a message as Easemob takes it. */
export function contentAsSent(msg: Message['msg']): Readonly<Record<string, unknown>> {
  // Only possible without `validate`: Easemob then reports what is wrong with it.
  if (typeof msg !== 'object' || msg === null) return msg;
  const content: Record<string, unknown> = Object.fromEntries(Object.entries(msg));
  for (const name of Object.keys(FIELDS_AS_SENT)) {
    if (Object.hasOwn(content, name)) content[name] = FIELDS_AS_SENT[name]?.(content[name]);
  }
  return content;
}

/** The share secrets in the content of a message. */
export function secretsIn(msg: unknown): readonly string[] {
  if (!isJsonObject(msg)) return [];
  return [msg['secret'], msg['thumb_secret']].filter((secret) => typeof secret === 'string');
}

/** The targets of a message; none if `target` is no list, which is only possible without `validate`. */
export function targetsOf(target: unknown): readonly string[] {
  return Array.isArray(target) ? target : [];
}

/** Joins members whose values are JSON already, so that nothing is serialized twice. Undefined members are left out. */
export function joinMembers(members: Iterable<readonly [name: string, json: string | undefined]>): string {
  let json = '';
  for (const [name, value] of members) {
    if (value !== undefined) json += `${json ? ',' : ''}${JSON.stringify(name)}:${value}`;
  }
  return `{${json}}`;
}

/**
 * Serializes one member.
 *
 * @throws EasemobValidationError if the value has no JSON. Only possible without `validate`, which names the exact part.
 */
export function toJson(name: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new EasemobValidationError([
      { path: name, message: `${name} cannot be written as JSON: ${reason}` },
    ]);
  }
}

function asText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/** JavaScript would write a coordinate within a millionth of a degree of zero with an exponent. */
function coordinateAsText(value: unknown): unknown {
  return typeof value === 'number' && Math.abs(value) < 1e-6 && value !== 0
    ? value.toFixed(12)
    : asText(value);
}
