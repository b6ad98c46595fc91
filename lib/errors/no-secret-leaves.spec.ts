import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { classifyResponse, classifyTransportError } from './classification.js';
import type { EasemobError } from './easemob.error.js';
import { toHttpException } from './http-exception.js';

const TOKEN = 'YWMtP5n9zvOQEei7KclxPqJTkg/AAAA+secret=';
const HIDDEN = '[redacted]';
/** As the library does it: what is known by value, and whatever follows `access_token`. */
const redact = (text: string): string =>
  text.replaceAll(TOKEN, HIDDEN).replace(/("access_token":)"(?:[^"\\]|\\.)*"/g, `$1"${HIDDEN}"`);
const context = { what: `POST /messages?access_token=${TOKEN}`, redact, attempts: 1 };

/** Every way in which an error reaches a log or a client. */
function printsOf(error: EasemobError): string[] {
  const exception = toHttpException(error);
  return [
    inspect(error, { depth: 9, showHidden: true }),
    JSON.stringify(error),
    String(error),
    error.stack ?? '',
    inspect(exception, { depth: 9, showHidden: true }),
    JSON.stringify(exception.getResponse()),
  ];
}

const escaped = TOKEN.replaceAll('/', String.raw`\/`).replaceAll('Y', String.raw`\u0059`);
const bodies: [string, string][] = [
  ['a description', JSON.stringify({ error: 'unauthorized', error_description: `bad token ${TOKEN}` })],
  ['an error word', JSON.stringify({ error: TOKEN, exception: `Bad ${TOKEN}` })],
  ['JSON of another shape', JSON.stringify({ headers: [{ authorization: `Bearer ${TOKEN}` }] })],
  ['JSON with escapes', `{"token":"${escaped}"}`],
  ['JSON that breaks off inside the token', `{"access_token":"${TOKEN.slice(0, -5)}`],
  ['JSON that breaks off inside an escape', `{"access_token":"${TOKEN.slice(0, -5)}\\`],
  ['a page', `<html><body>Authorization: Bearer ${TOKEN}</body></html>`],
  ['plain text', `${'x'.repeat(190)} ${TOKEN}`],
  ['the token alone', TOKEN],
];

describe('with redaction applied, no print of an error shows the token', () => {
  it.each(
    bodies.flatMap(([name, body]) =>
      [200, 302, 400, 401, 403, 404, 413, 429, 500, 502, 503].map((status) => ({ name, body, status })),
    ),
  )('$status with $name', ({ body, status }) => {
    const headers = { location: `https://${TOKEN.slice(0, 8)}@x.example/${TOKEN}`, 'retry-after': TOKEN };

    for (const print of printsOf(classifyResponse({ status, headers, body }, context).error)) {
      expect(print).not.toContain(TOKEN.slice(0, 16));
    }
  });

  it.each(['network', 'timeout', 'aborted'] as const)('no response: %s', (reason) => {
    const exchange = {
      reason,
      code: `E_${TOKEN}`,
      message: `write Authorization: Bearer ${TOKEN}`,
      requestWritten: true,
    };

    for (const print of printsOf(classifyTransportError(exchange, context))) {
      expect(print).not.toContain(TOKEN.slice(0, 16));
    }
  });
});
