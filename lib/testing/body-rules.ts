import { isJsonObject, type JsonObject } from './json.js';
import type { EmulatedMessageType, SendOrder } from './message.types.js';

interface FieldRule {
  readonly isLegal: (value: unknown) => boolean;
  readonly says: string;
  /** In which API the field must be there; in neither when absent. */
  readonly requiredIn?: readonly SendOrder['api'][];
}

const BOTH = ['legacy', 'current'] as const;

const text = { isLegal: isString, says: 'must be a string' };
const coordinate = {
  isLegal: (value: unknown) => isString(value) || isNumber(value),
  says: 'must be a string',
};
const count = {
  isLegal: (value: unknown) => isNumber(value) && value >= 0,
  says: 'must be a number from 0 up',
};
const size = {
  isLegal: (value: unknown) =>
    isJsonObject(value) &&
    [value['width'], value['height']].every((side) => side === undefined || isNumber(side)),
  says: 'must have a width and a height in numbers',
};
const address = {
  isLegal: (value: unknown) => isString(value) && value !== '',
  says: 'must be a non-empty string',
  requiredIn: BOTH,
};
const event = {
  isLegal: (value: unknown) => isString(value) && /^[A-Za-z0-9\-_/.]{1,32}$/.test(value),
  says: 'must match [a-zA-Z0-9-_/\\.]{1,32}',
  requiredIn: ['legacy'],
} as const;
const events = {
  isLegal: (value: unknown) =>
    isJsonObject(value) && Object.keys(value).length <= 16 && Object.values(value).every(isScalar),
  says: 'must be a map of at most 16 simple values',
};

/** Sections 3.3 and 5 of the protocol. What is not named here is carried along unchecked. */
const RULES: Readonly<Record<EmulatedMessageType, Readonly<Record<string, FieldRule>>>> = {
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

/** The first rule that the content of a message breaks, in words; nothing when it is legal. */
export function bodyViolation(
  api: SendOrder['api'],
  type: EmulatedMessageType,
  body: JsonObject,
): string | undefined {
  for (const [field, rule] of Object.entries(RULES[type])) {
    // Serializers of other languages write null for what was never set.
    const value = body[field] ?? undefined;
    if (value === undefined ? rule.requiredIn?.includes(api) === true : !rule.isLegal(value)) {
      return value === undefined ? `${field} must be provided` : `${field} ${rule.says}`;
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
