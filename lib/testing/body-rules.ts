import type { EmulatorStrictness } from './emulator.options.js';
import { isAmount, isDegrees, isString } from './field-checks.js';
import { isJsonObject, type JsonObject } from './json.js';
import type { EmulatedMessageType, SendRequest } from './message.types.js';

interface BodyRule {
  readonly isLegal: (value: unknown) => boolean;
  readonly message: string;
  /** The APIs that require the field; none when absent. */
  readonly requiredIn?: readonly SendRequest['api'][];
  /** The fields of which one may stand in place of a required field. */
  readonly replaceableBy?: readonly string[];
}

type BodyRules = Readonly<Record<string, BodyRule>>;

const BOTH = ['legacy', 'current'] as const;

const text = { isLegal: isString, message: 'must be a string' };
const integer = {
  isLegal: (value: unknown) => isAmount(value) && Number.isInteger(value),
  message: 'must be an integer of 0 or more',
};
const size = {
  isLegal: (value: unknown) =>
    isJsonObject(value) &&
    [value['width'], value['height']].every((side) => side === undefined || isAmount(side)),
  message: 'must have a width and a height in numbers of 0 or more',
};
const upload = {
  url: {
    isLegal: (value: unknown) => isString(value) && value !== '',
    message: 'must be a non-empty string',
    requiredIn: BOTH,
  },
  filename: text,
  secret: text,
  file_length: integer,
};
const event = {
  isLegal: (value: unknown) => isString(value) && /^[A-Za-z0-9\-_/.]{1,32}$/.test(value),
  message: 'must match [a-zA-Z0-9-_/\\.]{1,32}',
  requiredIn: ['legacy'],
} as const;
const attributes = {
  isLegal: (value: unknown) =>
    isJsonObject(value) && Object.keys(value).length <= 16 && Object.values(value).every(isString),
  message: 'must be a map of at most 16 strings',
};

/** The documented fields of each message type. Other fields are recorded unchecked. */
const BODY_RULES: Readonly<Record<EmulatedMessageType, BodyRules>> = {
  txt: { msg: { ...text, requiredIn: BOTH } },
  img: { ...upload, size },
  audio: { ...upload, length: integer },
  video: { ...upload, length: integer, thumb: text, thumb_secret: text },
  file: upload,
  loc: { lat: degrees(90), lng: degrees(180), addr: { ...text, requiredIn: BOTH } },
  cmd: { action: { ...text, requiredIn: BOTH } },
  custom: { customEvent: event, customExts: attributes },
};

const observedUpload = { url: { ...upload.url, replaceableBy: ['uuid', 'remotePath'] } };

/** The rules that the service is known not to enforce as its documents say. */
const OBSERVED_RULES: Partial<Record<EmulatedMessageType, BodyRules>> = {
  img: observedUpload,
  audio: observedUpload,
  video: observedUpload,
  file: observedUpload,
  loc: { lat: degreesOrNumber(90), lng: degreesOrNumber(180) },
  cmd: { action: text },
  custom: {
    customExts: {
      isLegal: (value) =>
        isJsonObject(value) && Object.keys(value).length <= 16 && Object.values(value).every(isSimple),
      message: 'must be a map of at most 16 strings, numbers or booleans',
    },
  },
};

/** The first rule that the content of a message breaks, as a sentence; undefined when it breaks none. */
export function bodyViolation(
  api: SendRequest['api'],
  strictness: EmulatorStrictness,
  type: EmulatedMessageType,
  body: JsonObject,
): string | undefined {
  const rules =
    strictness === 'observed' ? { ...BODY_RULES[type], ...OBSERVED_RULES[type] } : BODY_RULES[type];
  for (const [field, rule] of Object.entries(rules)) {
    const value = body[field];
    if (value === undefined && isRequired(rule, api, body)) return `${field} must be provided`;
    if (value !== undefined && !rule.isLegal(value)) return `${field} ${rule.message}`;
  }
  return undefined;
}

function isRequired(
  { requiredIn = [], replaceableBy = [] }: BodyRule,
  api: SendRequest['api'],
  body: JsonObject,
): boolean {
  return requiredIn.includes(api) && !replaceableBy.some((name) => isString(body[name]) && body[name] !== '');
}

function degrees(limit: 90 | 180): BodyRule {
  return {
    isLegal: (value) => isDegrees(value, limit),
    message: `must be a string of decimal degrees from -${limit} to ${limit}`,
    requiredIn: BOTH,
  };
}

function degreesOrNumber(limit: 90 | 180): BodyRule {
  return {
    isLegal: (value) => (typeof value === 'number' ? Math.abs(value) <= limit : isDegrees(value, limit)),
    message: `must be decimal degrees from -${limit} to ${limit}`,
    requiredIn: BOTH,
  };
}

function isSimple(value: unknown): boolean {
  return isString(value) || typeof value === 'number' || typeof value === 'boolean';
}
