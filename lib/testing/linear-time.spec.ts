import type { IncomingMessage } from 'node:http';

import { expect, it } from 'vitest';

import { processorTimeOf } from '../../test/support/processor-time.js';
import { bodyViolation } from './body-rules.js';
import { EmulatorClock } from './clock.js';
import { readCurrentMessage } from './current-message.js';
import { headerParameters } from './header-parameters.js';
import { readJson } from './json.js';
import { Limits } from './limits.js';
import { parseMultipart } from './multipart.js';
import { readHead } from './request.js';
import { TokenRegistry } from './tokens.js';
import { UserRegistry } from './users.js';

const clock = new EmulatorClock();

function json(text: string): void {
  readJson(Buffer.from(text));
}

function multipart(body: string): void {
  parseMultipart('multipart/form-data; boundary=X', Buffer.from(body));
}

function partHeader(value: string): void {
  multipart(`--X\r\nContent-Disposition: ${value}\r\n\r\nabc\r\n--X--`);
}

function withLabel(env: string): void {
  const message = { to: ['bob'], type: 'txt', body: { msg: 'hi' }, env };
  expect(() =>
    readCurrentMessage(message, 'users', { limits: new Limits(), strictness: 'documented' }),
  ).toThrow('Request body is invalid');
}

/** What reads foreign text, and a text of `size` characters that makes it work hard. */
const readers: readonly (readonly [title: string, read: (size: number) => unknown])[] = [
  ['JSON with quotes', (size) => json(`"${'\\"'.repeat(size)}`)],
  ['JSON with line ends before the error', (size) => json(`{${'\n'.repeat(size)}x`)],
  ['JSON with a long number', (size) => json(`${'1'.repeat(size)}x`)],
  ['JSON with nothing but brackets', (size) => json('[]'.repeat(size))],
  ['JSON that opens only', (size) => json('['.repeat(size))],
  ['JSON within JSON', (size) => json(JSON.stringify(JSON.stringify('"'.repeat(size))))],
  ['a header of semicolons', (size) => headerParameters(';'.repeat(size))],
  ['a header of names', (size) => headerParameters(';a'.repeat(size))],
  ['a header of open quotes', (size) => headerParameters(';a="'.repeat(size))],
  ['a header of escaped quotes', (size) => headerParameters(`;a="${'\\"'.repeat(size)}`)],
  ['a header of spaces', (size) => headerParameters(`;${' '.repeat(size)}a${' '.repeat(size)}x`)],
  ['a header of quotes', (size) => headerParameters(`;a=${'"'.repeat(size)}`)],
  ['a header of quotes and spaces', (size) => headerParameters(`;a="${'" '.repeat(size)}x`)],
  ['a filename of percent signs', (size) => partHeader(`form-data; filename*=UTF-8''${'%'.repeat(size)}`)],
  ['a filename of apostrophes', (size) => partHeader(`form-data; filename*=UTF-8${"'".repeat(size)}`)],
  ['a part header of colons', (size) => partHeader(':'.repeat(size))],
  ['a body of delimiters', (size) => multipart('--X\r\n'.repeat(size))],
  ['a body of almost delimiters', (size) => multipart(`--X\r\n\r\n${'\r\n--X'.repeat(size)}`)],
  ['a delimiter with spaces', (size) => multipart(`--X\r\n\r\n\r\n--X${' '.repeat(size)}x`)],
  ['a body of line ends', (size) => multipart(`--X\r\n${'\r\n'.repeat(size)}`)],
  [
    'degrees',
    (size) =>
      bodyViolation('current', 'documented', 'loc', { lat: `${'1'.repeat(size)}x`, lng: '1', addr: '' }),
  ],
  ['an event', (size) => bodyViolation('current', 'documented', 'custom', { customEvent: 'a'.repeat(size) })],
  ['a label', (size) => withLabel('a'.repeat(size))],
  ['a token', (size) => reject(() => new TokenRegistry(clock).requireAny(`Bearer YWMt${'a'.repeat(size)}!`))],
  ['a user name', (size) => reject(() => new UserRegistry(clock).register('a'.repeat(size)))],
  ['a query', (size) => readHead({ url: `/?${'a=%'.repeat(size)}` } as IncomingMessage, 0)],
  ['an address', (size) => readHead({ url: `http://${'/?'.repeat(size)}` } as IncomingMessage, 0)],
];

function reject(read: () => unknown): void {
  expect(read).toThrow();
}

const SIZE = 5000;
const ROUNDS = 20;

it.each(readers)('%s takes time in proportion to its length', (_title, read) => {
  // The least times: compilation and garbage collection only ever add to them. Less than half a millisecond says nothing.
  let [short, long, round] = [Infinity, Infinity, 0];
  do {
    short = Math.min(
      short,
      processorTimeOf(() => read(SIZE)),
    );
    long = Math.min(
      long,
      processorTimeOf(() => read(8 * SIZE)),
    );
    round++;
  } while (!isLinear(short, long) && round < ROUNDS);
  expect(isLinear(short, long), `${short} ms and ${long} ms`).toBe(true);
});

/** For a text of eight times the length: eight times as long where time is linear, and 64 times where it is quadratic. */
function isLinear(short: number, long: number): boolean {
  return long / Math.max(0.5, short) < 24;
}
