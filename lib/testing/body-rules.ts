import { isJsonObject, type JsonObject } from './json.js';
import type { EmulatedMessageType, SendRequest } from './message.types.js';

interface BodyRule {
  readonly isLegal: (value: unknown) => boolean;
  readonly message: string;
  /** The APIs that require the field; none when absent. */
  readonly requiredIn?: readonly SendRequest['api'][];
}

const BOTH = ['legacy', 'current'] as const;

const text = { isLegal: isString, message: 'must be a string' };
const coordinate = {
  isLegal: (value: unknown) => isString(value) || isNumber(value),
  message: 'must be a string',
};
const count = {
  isLegal: (value: unknown) => isNumber(value) && value >= 0,
  message: 'must be a number from 0 up',
};
const size = {
  isLegal: (value: unknown) =>
    isJsonObject(value) &&
    [value['width'], value['height']].every((side) => side === undefined || isNumber(side)),
  message: 'must have a width and a height in numbers',
};
const address = {
  isLegal: (value: unknown) => isString(value) && value !== '',
  message: 'must be a non-empty string',
  requiredIn: BOTH,
};
const event = {
  isLegal: (value: unknown) => isString(value) && /^[A-Za-z0-9\-_/.]{1,32}$/.test(value),
  message: 'must match [a-zA-Z0-9-_/\\.]{1,32}',
  requiredIn: ['legacy'],
} as const;
const events = {
  isLegal: (value: unknown) =>
    isJsonObject(value) && Object.keys(value).length <= 16 && Object.values(value).every(isScalar),
  message: 'must be a map of at most 16 simple values',
};

/** The documented fields of each message type. Other fields are recorded unchecked. */
const BODY_RULES: Readonly<Record<EmulatedMessageType, Readonly<Record<string, BodyRule>>>> = {
  txt: { msg: { ...text, requiredIn: BOTH } },
  img: { url: address, filename: text, secret: text, size },
  audio: { url: address, filename: text, secret: text, length: count },
  video: {
    url: address,
    filename: text,
    secret: text,
    length: count,
    file_length: count,
    thumb: text,
    thumb_secret: text,
  },
  file: { url: address, filename: text, secret: text, file_length: count },
  loc: {
    lat: { ...coordinate, requiredIn: BOTH },
    lng: { ...coordinate, requiredIn: BOTH },
    addr: { ...text, requiredIn: BOTH },
  },
  cmd: { action: { ...text, requiredIn: BOTH } },
  custom: { customEvent: event, customExts: events },
};

/** The first rule that the content of a message breaks, as a sentence; undefined when it breaks none. */
export function bodyViolation(
  api: SendRequest['api'],
  type: EmulatedMessageType,
  body: JsonObject,
): string | undefined {
  for (const [field, rule] of Object.entries(BODY_RULES[type])) {
    // Serializers of other languages write null for what was never set.
    const value = body[field] ?? undefined;
    if (value === undefined ? rule.requiredIn?.includes(api) === true : !rule.isLegal(value)) {
      return value === undefined ? `${field} must be provided` : `${field} ${rule.message}`;
    }
  }
  return undefined;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isScalar(value: unknown): boolean {
  return isString(value) || isNumber(value) || typeof value === 'boolean';
}
