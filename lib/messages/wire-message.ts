import { EasemobValidationError } from '../errors/index.js';
import type { Message, MessageType } from './dto/message-types.js';
import type { TargetType } from './dto/message-fields.js';
import { isJsonObject } from '../http/json.js';

/** A message as it goes on the wire, serialized once. */
export interface WireMessage {
  readonly type: MessageType;
  readonly targetType: TargetType;
  /** How many targets it has: each counts as one message. */
  readonly targets: number;
  /** Below `/{org}/{app}`, with its query. */
  readonly path: string;
  readonly json: string;
  /** UTF-8 bytes of the message's content and its `ext`. */
  readonly messageBytes: number;
}

/**
 * The content as the service takes it: coordinates and event properties are strings (conflicts 14 and 15 of the
 * protocol), and the `uuid` of an uploaded file that was spread into the message is not part of it.
 */
const FIELDS_AS_SENT: Readonly<Record<string, (value: unknown) => unknown>> = {
  lat: asCoordinate,
  lng: asCoordinate,
  customExts: (value) =>
    isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, asText(entry)]))
      : value,
  uuid: () => undefined,
};

export function contentAsSent(msg: Message['msg']): Readonly<Record<string, unknown>> {
  // Only without `validate`: the service is to say what is wrong with it.
  if (typeof msg !== 'object' || msg === null) return msg;
  const content: Record<string, unknown> = Object.fromEntries(Object.entries(msg));
  for (const name of Object.keys(FIELDS_AS_SENT)) {
    if (Object.hasOwn(content, name)) content[name] = FIELDS_AS_SENT[name]?.(content[name]);
  }
  return content;
}

/** The targets; none where `target` is no list, which only happens without `validate`. */
export function targetsOf({ target }: Message): readonly string[] {
  return Array.isArray(target) ? target : [];
}

function asText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/** A coordinate within a millionth of a degree of zero would be printed with an exponent. */
function asCoordinate(value: unknown): unknown {
  return typeof value === 'number' && Math.abs(value) < 1e-6 && value !== 0
    ? value.toFixed(12)
    : asText(value);
}

/** Joins values that are JSON already into an object, so that nothing is serialized twice; undefined members are left out. */
export function jsonObject(members: Iterable<readonly [name: string, json: string | undefined]>): string {
  let json = '';
  for (const [name, value] of members) {
    if (value !== undefined) json += `${json ? ',' : ''}${JSON.stringify(name)}:${value}`;
  }
  return `{${json}}`;
}

/**
 * Serializes one member.
 *
 * @throws EasemobValidationError for what has no JSON: only without `validate`, which names it more exactly
 */
export function jsonOf(name: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new EasemobValidationError([
      { path: name, message: `${name} cannot be written as JSON: ${reason}` },
    ]);
  }
}
