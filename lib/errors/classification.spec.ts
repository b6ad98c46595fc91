import { assert, integer, json, jsonValue, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyResponse, classifyTransportError, type FailedExchange } from './classification.js';
import { EasemobApiError } from './easemob-api.error.js';
import type { EasemobError, SentState } from './easemob.error.js';
import { lookUpTransportError, TRANSPORT_RULES } from './transport-error-table.js';

const context = { what: 'POST /messages', redact: (text: string) => text, attempts: 1 };
const errorOf = (status: number, body = '', headers: Record<string, string> = {}): EasemobApiError =>
  classifyResponse({ status, headers, body }, context).error;
const refusal = (error: string, error_description: string, more: object = {}): string =>
  JSON.stringify({ error, error_description, ...more });
const NGINX =
  '<html>\r\n<head><title>502 Bad Gateway</title><style>h1{color:red}</style></head>\r\n<body><h1>502 Bad Gateway</h1>\n<hr>nginx</body></html>';

const connection = (code: string, requestWritten: boolean, message = 'it broke'): EasemobError =>
  classifyTransportError({ reason: 'network', code, message, requestWritten }, context);

describe('a response that is no success', () => {
  it('keeps every field of the envelope', () => {
    const body = refusal('message_send_error', 'message is too large', {
      exception: 'MessageSendException',
      error_code: 14007,
      timestamp: 1735689600000,
      duration: 3,
    });

    expect(errorOf(400, body)).toMatchObject({
      name: 'EasemobApiError',
      status: 400,
      error: 'message_send_error',
      errorCode: 14007,
      exception: 'MessageSendException',
      description: 'message is too large',
      timestamp: 1735689600000,
      duration: 3,
    });
  });

  it.each([
    [
      400,
      refusal('illegal_argument', 'target_type must be provided'),
      'Easemob refused POST /messages with 400 illegal_argument: target_type must be provided',
    ],
    [
      400,
      refusal('message_send_error', 'message is too large', { error_code: 14007 }),
      'Easemob refused POST /messages with 400 message_send_error 14007: message is too large. Shorten the message or its ext.',
    ],
    [
      400,
      refusal('invalid_grant', 'client_secret does not match'),
      'Easemob refused POST /messages with 400 invalid_grant: client_secret does not match. Check clientId and clientSecret.',
    ],
    [
      404,
      refusal('organization_application_not_found', 'Could not find application.'),
      'Easemob refused POST /messages with 404 organization_application_not_found: Could not find application. Check appKey and host: an app exists only on its own cluster.',
    ],
    [
      429,
      refusal('resource_limited', 'Please upgrade to higher edition.'),
      'Easemob refused POST /messages with 429 resource_limited: Please upgrade to higher edition. Raise the plan or the quota of the Easemob account.',
    ],
    [
      413,
      '',
      'Easemob refused POST /messages with 413. Send fewer targets, a shorter message or a smaller file.',
    ],
    [502, NGINX, 'Easemob failed POST /messages with 502: 502 Bad Gateway 502 Bad Gateway nginx'],
    [503, '', 'Easemob refused POST /messages with 503'],
    [200, '', 'The response to POST /messages is a 200 with an empty body'],
    [200, '<p>hi</p>', 'The response to POST /messages is a 200 without the documented JSON: hi'],
    [
      400,
      refusal('json_parse', 'Unexpected\n  at line 1'),
      'Easemob refused POST /messages with 400 json_parse: Unexpected at line 1',
    ],
  ])('says what happened and what to do: %i %s', (status, body, message) => {
    expect(errorOf(status, body).message).toBe(message);
  });

  it('names where a redirect leads by its origin only', () => {
    const { message } = errorOf(302, NGINX, { location: 'https://user:pw@portal.example/login?secret=1' });

    expect(message).toBe(
      'The response to POST /messages is a redirect (302) to https://portal.example. Redirects are not followed: check host.',
    );
    expect(errorOf(302, '', { location: '/login' }).message).toContain('a redirect (302). Redirects');
  });

  it.each([
    ['an array', '[1,2]', '[1,2]'],
    ['null', 'null', 'null'],
    ['a number', '7', '7'],
    ['a string', '"busy"', '"busy"'],
    ['an object of another shape', '{"code": 1,\n "msg": "no"}', '{"code":1,"msg":"no"}'],
    [
      'fields of wrong types',
      '{"error":7,"error_description":{},"exception":[],"error_code":"x","timestamp":"t"}',
      '{"error":7,"error_description":{},"exception":[],"error_code":"x","timestamp":"t"}',
    ],
    ['JSON that breaks off', '{"action":"post","data":{"u1":"su', '{"action":"post","data":{"u1":"su'],
    ['plain text', 'upstream\r\n\tconnect  error', 'upstream connect error'],
    ['a page', NGINX, '502 Bad Gateway 502 Bad Gateway nginx'],
    ['nothing', '', ''],
    ['white space', ' \n ', ''],
  ])('takes an excerpt of %s', (_name, body, description) => {
    const failure = errorOf(500, body);

    expect(failure).toMatchObject({ kind: 'server', error: '', description });
    for (const field of ['errorCode', 'exception', 'timestamp', 'duration'])
      expect(failure).not.toHaveProperty(field);
  });

  it('reads a numeric code that came as a string', () => {
    expect(errorOf(400, '{"error":"message_send_error","error_code":"14007"}')).toMatchObject({
      kind: 'too-large',
      errorCode: 14007,
    });
  });

  it('cuts an excerpt at 200 characters without splitting one', () => {
    const { description } = errorOf(500, `${'x'.repeat(198)}😀 and more`);

    expect(description).toBe(`${'x'.repeat(198)}…`);
  });

  it('cuts an endless description', () => {
    expect(errorOf(400, refusal('illegal_argument', 'y'.repeat(5000))).description).toHaveLength(1000);
  });

  it('survives JSON that is nested too deeply to be requestWritten again', () => {
    const depth = 200_000;

    expect(errorOf(500, '['.repeat(depth) + ']'.repeat(depth)).description).toMatch(/^\[{199}…$/);
  });

  it('never throws, whatever the body', () => {
    const bodies = oneof(
      string({ unit: 'binary' }),
      json(),
      jsonValue().map((value) =>
        JSON.stringify({ error: value, error_description: value, error_code: value }),
      ),
    );
    assert(
      property(integer({ min: 0, max: 999 }), bodies, string(), (status, body, header) => {
        const failure = errorOf(status, body, { 'retry-after': header, location: header });

        expect(failure.description.length).toBeLessThanOrEqual(1000);
        expect(failure.message).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  it.each([
    ['2', 2000],
    ['0.5', 500],
    ['0', 0],
    ['3, 9', 3000],
    ['Mon, 23 Nov 2026 10:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
    ['99999999999', 86_400_000],
    ['Fri, 23 Nov 2126 10:00:00 GMT', 86_400_000],
    ['-1', undefined],
    ['soon', undefined],
    ['Friday 5', undefined],
    ['', undefined],
  ])('%j is %s ms', (header, ms) => {
    const headers = { 'retry-after': header };
    const { error: failure } = classifyResponse(
      { status: 429, headers, body: '' },
      { ...context, now: () => now },
    );

    expect(failure.retryAfterMs).toBe(ms);
  });

  it('compares a date with the clock', () => {
    expect(errorOf(503, '', { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }).retryAfterMs).toBe(0);
  });
});

/** The codes of failed exchanges: code, kind, retryable, sent before the first byte is written, sent after it. */
const CODES: readonly (readonly [string, EasemobError['kind'], boolean, SentState, SentState])[] = [
  ['ECONNREFUSED', 'network', true, 'no', 'no'],
  ['ENOTFOUND', 'network', true, 'no', 'no'],
  ['EAI_AGAIN', 'network', true, 'no', 'no'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout', true, 'no', 'no'],
  ['UND_ERR_PRX_TLS', 'network', false, 'no', 'no'],
  ['CERT_HAS_EXPIRED', 'network', false, 'no', 'no'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'network', false, 'no', 'no'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'network', false, 'no', 'no'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'network', false, 'no', 'no'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'network', false, 'no', 'no'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'network', false, 'no', 'no'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'network', false, 'no', 'maybe'],
  ['ENETUNREACH', 'network', true, 'no', 'maybe'],
  ['EHOSTUNREACH', 'network', true, 'no', 'maybe'],
  ['ECONNRESET', 'network', true, 'no', 'maybe'],
  ['EPIPE', 'network', true, 'no', 'maybe'],
  ['UND_ERR_SOCKET', 'network', true, 'no', 'maybe'],
  ['ETIMEDOUT', 'timeout', true, 'no', 'maybe'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout', true, 'no', 'maybe'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout', true, 'no', 'maybe'],
  ['UND_ERR_DESTROYED', 'aborted', false, 'no', 'maybe'],
  ['UND_ERR_CLOSED', 'aborted', false, 'no', 'maybe'],
  ['UND_ERR_ABORTED', 'aborted', false, 'no', 'maybe'],
  ['HPE_INVALID_CONSTANT', 'network', true, 'maybe', 'maybe'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'network', true, 'maybe', 'maybe'],
  ['UND_ERR_HEADERS_OVERFLOW', 'network', true, 'maybe', 'maybe'],
  ['UND_ERR_INVALID_ARG', 'network', false, 'no', 'maybe'],
  ['ERR_INVALID_CHAR', 'network', false, 'no', 'maybe'],
  ['SOMETHING_NEW', 'network', true, 'no', 'maybe'],
];

/** The failures of a proxy: message, code, retryable. */
const PROXY_FAILURES: readonly (readonly [string, string, boolean])[] = [
  ['Proxy response (502) !== 200 when HTTP Tunneling', 'UND_ERR_ABORTED', true],
  ['Proxy response (407) !== 200 when HTTP Tunneling', 'UND_ERR_ABORTED', false],
  ['Proxy Authentication Required (407)', 'UND_ERR_INVALID_ARG', false],
];

describe('an exchange without a response', () => {
  it.each(CODES)(
    '%s is %s, retryable %s, sent %s, once written %s',
    (code, kind, retryable, before, after) => {
      expect(connection(code, false)).toMatchObject({ kind, retryable, sent: before });
      expect(connection(code, true)).toMatchObject({ kind, retryable, sent: after });
    },
  );

  it.each(PROXY_FAILURES)(
    'a proxy that opens no tunnel let nothing through: %s',
    (message, code, retryable) => {
      expect(connection(code, true, message)).toMatchObject({ kind: 'network', retryable, sent: 'no', code });
      expect(connection(code, true, message).message).toContain('Check http.proxyUrl');
    },
  );

  const decisive = new Set([
    ...CODES.map(([code]) => lookUpTransportError({ code, message: 'it broke' })),
    ...PROXY_FAILURES.map(([message, code]) => lookUpTransportError({ code, message })),
  ]);
  it.each(TRANSPORT_RULES)('has a row here that is decided by the rule %o', (rule) => {
    expect(decisive).toContain(rule);
  });

  it.each<[FailedExchange['reason'], string, boolean, object]>([
    [
      'timeout',
      'ETIMEDOUT',
      true,
      { name: 'EasemobTimeoutError', kind: 'timeout', sent: 'maybe', retryable: true },
    ],
    [
      'timeout',
      'UND_ERR_CONNECT_TIMEOUT',
      false,
      { name: 'EasemobTimeoutError', kind: 'timeout', sent: 'no' },
    ],
    ['timeout', 'ECONNRESET', false, { kind: 'timeout', sent: 'no' }],
    ['aborted', 'ABORT_ERR', false, { name: 'EasemobError', kind: 'aborted', sent: 'no', retryable: false }],
    ['aborted', 'ECONNRESET', true, { kind: 'aborted', sent: 'maybe', retryable: false }],
    ['network', 'ECONNRESET', true, { name: 'EasemobNetworkError', code: 'ECONNRESET' }],
  ])('the reason %s outweighs the code %s', (reason, code, requestWritten, expected) => {
    expect(classifyTransportError({ reason, code, requestWritten, message: 'm' }, context)).toMatchObject(
      expected,
    );
  });

  it.each<[FailedExchange, string]>([
    [
      {
        reason: 'network',
        code: 'ECONNREFUSED',
        message: 'connect ECONNREFUSED 127.0.0.1:1',
        requestWritten: false,
      },
      'Easemob could not be reached for POST /messages: connect ECONNREFUSED 127.0.0.1:1 (ECONNREFUSED). Check host, the DNS and the firewall.',
    ],
    [
      { reason: 'network', code: 'ECONNRESET', message: '', requestWritten: true },
      'Easemob could not be reached for POST /messages: the connection failed (ECONNRESET). Easemob may have accepted the call.',
    ],
    [
      {
        reason: 'timeout',
        code: 'ETIMEDOUT',
        message: 'there was no response within 10 ms',
        requestWritten: true,
      },
      'POST /messages timed out: there was no response within 10 ms (ETIMEDOUT). Easemob may have accepted the call.',
    ],
    [
      { reason: 'aborted', code: 'ABORT_ERR', message: 'the signal was aborted', requestWritten: false },
      'POST /messages was aborted: the signal was aborted (ABORT_ERR)',
    ],
  ])('says what happened: %o', (exchange, message) => {
    expect(classifyTransportError(exchange, context).message).toBe(message);
  });

  it('tells how to trust a certificate', () => {
    expect(connection('SELF_SIGNED_CERT_IN_CHAIN', false).message).toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('what the whole call knows', () => {
  it.each<[SentState | undefined, number, SentState]>([
    [undefined, 503, 'no'],
    [undefined, 500, 'maybe'],
    ['maybe', 503, 'maybe'],
    ['no', 500, 'no'],
  ])('sent %s outweighs a %i', (sent, status, expected) => {
    const { error } = classifyResponse({ status, headers: {}, body: '' }, { ...context, sent, attempts: 3 });
    expect(error).toMatchObject({ sent: expected, attempts: 3 });
  });

  it('outweighs an exchange without a response', () => {
    const exchange = { reason: 'network', code: 'ECONNREFUSED', message: '', requestWritten: false } as const;
    const error = classifyTransportError(exchange, {
      ...context,
      sent: 'maybe',
      attempts: 2,
      retryAfterMs: 7,
    });
    expect(error).toMatchObject({ sent: 'maybe', attempts: 2, retryAfterMs: 7 });
    expect(error.message).toContain('Easemob may have accepted the call.');
  });
});
