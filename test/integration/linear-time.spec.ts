import { describe, expect, it } from 'vitest';
import { classifyResponse } from '../../lib/errors/classification.js';
import { retryAfterMsOf } from '../../lib/errors/retry-after.js';
import { parseJson } from '../../lib/http/json.js';
import { redact } from '../../lib/http/redaction.js';
import { validateMessage } from '../../lib/messages/message-validation.js';
import { processorTimeOf } from '../support/processor-time.js';

const context = {
  what: 'POST /messages',
  redact: (text: string) => redact(text, ['YWMt-a/secret+"value"']),
  attempts: 1,
};
const classify = (body: string, headers = {}): unknown =>
  classifyResponse({ status: 500, headers, body }, context);
const envelope = { target_type: 'users', target: ['bob'] };
const ignoring = (run: () => unknown): void => {
  try {
    run();
  } catch {
    // Whether a text is accepted is tested elsewhere.
  }
};

/** Texts on which a pattern with two repetitions that compete for them takes a time that grows with their square. */
const TEXTS: Readonly<Record<string, (length: number) => string>> = {
  'digits and an x': (length) => `${'1'.repeat(length)}x`,
  'signs and digits': (length) => `+${'1'.repeat(length)}e${'1'.repeat(length)}e`,
  dots: (length) => `${'.'.repeat(length)}x`,
  backslashes: (length) => `"${'\\'.repeat(length)}`,
  'escaped quotes and a large integer': (length) => `[11111111111111111,"${'\\"'.repeat(length / 2)}`,
  'open quotes': (length) => `secret=${'"'.repeat(length)}`,
  'a secret without end': (length) => `"client_secret" : "${'a'.repeat(length)}`,
  'white space after a name': (length) => `Bearer${' '.repeat(length)}`,
  'white space before a colon': (length) => `password${' '.repeat(length)}x`,
  'the beginnings of a token': (length) => 'YWMt'.repeat(length / 4),
  'the beginnings of a secret': (length) => 'YWMt-a/'.repeat(length / 7),
  slashes: (length) => '/'.repeat(length),
  'open tags': (length) => '<a'.repeat(length / 2),
  'open scripts': (length) => '<script '.repeat(length / 8),
  ampersands: (length) => '&amp;'.repeat(length / 5),
  'percent signs': (length) => '%25'.repeat(length / 3),
  'at signs': (length) => `//${'a@'.repeat(length / 2)}`,
  'white space': (length) => `{${' '.repeat(length)}`,
  brackets: (length) => '['.repeat(length),
  'high surrogates': (length) => '\uD800'.repeat(length),
  commas: (length) => `5${','.repeat(length)}x`,
};

/** Everything of the library that meets foreign text. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  parseJson: (text) => parseJson(text),
  'parseJson of valid JSON': (text) => parseJson(`[11111111111111111,${JSON.stringify(text)}]`),
  redact: (text) => redact(text, ['YWMt-a/secret+"value"']),
  'an error body': (text) => classify(text),
  'an error description': (text) =>
    classify(JSON.stringify({ error: text, error_description: text, exception: text })),
  'an error code': (text) => classify(JSON.stringify({ error: 'x', error_code: text, timestamp: text })),
  'Retry-After': (text) => retryAfterMsOf(text, Date.now),
  'a location header': (text) =>
    classifyResponse({ status: 302, headers: { location: text }, body: '' }, context),
  lat: (text) => validateMessage({ ...envelope, msg: { type: 'loc', lat: text, lng: '0', addr: '' } }),
  customEvent: (text) => validateMessage({ ...envelope, msg: { type: 'custom', customEvent: text } }),
  env: (text) => validateMessage({ ...envelope, env: text, msg: { type: 'txt', msg: '' } }),
  ext: (text) => validateMessage({ ...envelope, ext: text, msg: { type: 'txt', msg: '' } }),
  'msg.type': (text) => validateMessage({ ...envelope, msg: { type: text } }),
  routetype: (text) => validateMessage({ ...envelope, routetype: text, msg: { type: 'txt', msg: '' } }),
};

const SHORT = 4_000;
const GROWTH = 16;

/** The shortest of several runs: compilation and garbage collection make some of them longer, and none shorter. */
function timeOf(run: () => void): number {
  return Math.min(...[1, 2, 3].map(() => processorTimeOf(run)));
}

describe.each(Object.entries(READERS))('reading %s', (_, read) => {
  it.each(Object.entries(TEXTS))('of %s takes a time in proportion to its length', (_name, textOf) => {
    const [short, long] = [textOf(SHORT), textOf(SHORT * GROWTH)];
    const shortMs = timeOf(() => ignoring(() => read(short)));
    const longMs = timeOf(() => ignoring(() => read(long)));
    // Linear is 16 and quadratic 256. Times under a millisecond are noise.
    expect(longMs / Math.max(shortMs, 1)).toBeLessThan(GROWTH * 4);
  });
});
