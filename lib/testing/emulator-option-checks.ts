import type {
  EasemobEmulatorOptions,
  EmulatorLimits,
  EmulatorRateLimits,
  EmulatorRouteLimit,
} from './emulator.options.js';
import { EMULATED_MESSAGE_TYPES, type EmulatedTargetType } from './message.types.js';
import { type ChecksOf, union, object, oneOf, optional, rule, typeOf } from './option-checks.js';

/**
 * Checks what `EasemobEmulator.start` is called with.
 *
 * @throws TypeError with every problem and how to correct it
 */
export function assertOptions(given: unknown): void {
  const problems = object(options)('', given);
  if (problems.length === 0) return;
  throw new TypeError(
    `EasemobEmulator cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
  );
}

const flag = oneOf(true, false);

const credential = optional(
  rule('be a non-empty string', (value) => typeof value === 'string' && value !== '', typeOf),
);

const count = rule(
  'be a number of 0 or more, or Infinity',
  (value) => typeof value === 'number' && value >= 0,
);
const length = rule('be a number above 0', (value) => isNumber(value) && value > 0);

const figure = optional(count);

const route = object({
  callsPerSecond: figure,
  messages: object({ count, windowMs: length }),
} satisfies ChecksOf<EmulatorRouteLimit>);

const rates: ChecksOf<EmulatorRateLimits> = {
  users: route,
  chatgroups: route,
  chatrooms: route,
  files: route,
  token: route,
};

const targets: ChecksOf<Record<EmulatedTargetType, number>> = {
  users: figure,
  chatgroups: figure,
  chatrooms: figure,
};

const bytes = union(figure, object(Object.fromEntries(EMULATED_MESSAGE_TYPES.map((type) => [type, figure]))));

const limits: ChecksOf<EmulatorLimits> = {
  rate: union(
    optional(rule(`be false or an object with ${Object.keys(rates).join(', ')}`, (value) => value === false)),
    object(rates),
  ),
  rateWindow: oneOf('sliding', 'fixed'),
  rateWindowOffsetMs: optional(rule('be a number', isNumber)),
  volumeCheck: oneOf('before', 'after'),
  targets: object(targets),
  requestBytes: bytes,
  messageBytes: bytes,
  uploadBytes: figure,
};

const options: ChecksOf<EasemobEmulatorOptions> = {
  port: optional(rule('be a whole number from 0 to 65535', (value) => isWhole(value) && value <= 65_535)),
  appKey: optional(rule('look like "org#app"', isAppKey)),
  clientId: credential,
  clientSecret: credential,
  tokenTtlSeconds: optional(rule('be a whole number of 0 or more', isWhole)),
  limits: object(limits),
  strictness: oneOf('documented', 'observed'),
  recordRequests: flag,
  recordMessages: flag,
};

function isAppKey(value: unknown): boolean {
  const parts = typeof value === 'string' ? value.split('#') : [];
  return parts.length === 2 && parts.every((part) => /^[\w.-]+$/.test(part));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
