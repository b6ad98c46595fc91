import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import {
  Body,
  Controller,
  type INestApplication,
  Post,
  UseInterceptors,
  ValidationPipe,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import * as fc from 'fast-check';
import {
  EasemobErrorInterceptor,
  EasemobModule,
  isEasemobError,
  MESSAGE_TYPES,
  MessageDto,
  MessageService,
  type SendResult,
} from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { EventLoopStalls } from '../support/event-loop-stalls.js';
import { textTo } from '../support/text-message.js';

const LONGEST_STALL_MS = 200;

/** How a server responds to a send. */
interface Response {
  readonly status: number;
  readonly body: Buffer;
  readonly encoding: string | undefined;
  /** Whether the body is encoded as the header says. */
  readonly isEncoded: boolean;
  readonly retryAfter: string | undefined;
  /** How much of the body is sent, from 0 to 1; the connection is destroyed after that. */
  readonly part: number;
  /** What the length in the header differs by. */
  readonly lengthError: number | undefined;
  readonly delayMs: number;
}

const encode: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: (body) => gzipSync(body),
  deflate: (body) => deflateSync(body),
  br: (body) => brotliCompressSync(body),
};

const data = fc.dictionary(
  fc.constantFrom('bob', 'BOB', '__proto__', 'alice'),
  fc.jsonValue({ maxDepth: 1 }),
);
const bodies: fc.Arbitrary<Buffer> = fc.oneof(
  fc.record({ data }).map((value) => Buffer.from(JSON.stringify(value))),
  fc
    .record({
      error: fc.string(),
      error_description: fc.string({ maxLength: 5000 }),
      error_code: fc.jsonValue(),
    })
    .map((value) => Buffer.from(JSON.stringify(value))),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(
      fc.constantFrom('a', '[', '"', '\\', '<', '<script', '1', '{"secret":"', ' '),
      fc.integer({ max: 20_000, min: 1 }),
    )
    .map(([text, times]) => Buffer.from(text.repeat(times))),
);
const responses: fc.Arbitrary<Response> = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 401, 403, 413, 429, 500, 502, 503),
    fc.integer({ min: 200, max: 599 }),
  ),
  body: bodies,
  encoding: fc.option(fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'GZIP '), { nil: undefined }),
  isEncoded: fc.boolean(),
  retryAfter: fc.option(
    fc.constantFrom('0', '1', '-1', '99999999', 'soon', 'Fri, 31 Dec 1999 23:59:59 GMT'),
    { nil: undefined },
  ),
  part: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  lengthError: fc.option(fc.constantFrom(0, 1, -1, 1_000_000), { nil: undefined }),
  delayMs: fc.nat(20),
});

describe('whatever a server responds', () => {
  const timeoutMs = 400;
  let server: Server;
  let app: EasemobTest;
  let next: Response;

  const respond = (response: ServerResponse): void => {
    const { status, encoding, isEncoded, retryAfter, part, lengthError } = next;
    const encoder = isEncoded ? encode[encoding?.trim().toLowerCase() ?? ''] : undefined;
    const body = encoder?.(next.body) ?? next.body;
    if (encoding !== undefined) response.setHeader('content-encoding', encoding);
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    if (lengthError !== undefined)
      response.setHeader('content-length', Math.max(0, body.length + lengthError));
    response.strictContentLength = false;
    response.writeHead(status);
    response.write(body.subarray(0, Math.floor(body.length * part)));
    if (part === 1) response.end();
    else setImmediate(() => response.destroy());
  };

  beforeAll(async () => {
    server = createServer((incoming, response) => {
      incoming.resume();
      response.on('error', () => undefined);
      if (incoming.url?.endsWith('/token')) response.end('{"access_token":"YWMt-token","expires_in":3600}');
      else setTimeout(respond, next.delayMs, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    app = await startEasemob({
      retry: false,
      rateLimit: false,
      host: `http://127.0.0.1:${port}`,
      http: { timeoutMs, maxResponseBytes: 10_000 },
    });
  });
  afterAll(async () => {
    await app.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('a send ends in time with an outcome per target or a typed error, and holds the event loop for a moment only', async () => {
    const stalls = new EventLoopStalls();
    await fc.assert(
      fc.asyncProperty(responses, async (response) => {
        next = response;
        const startedAt = performance.now();
        const ended: unknown = await app.messages.sendText(textTo('bob')).catch((error: unknown) => error);
        // The wait for a connection has the time of the timeout again; the rest is for a busy machine.
        expect(performance.now() - startedAt).toBeLessThan(2 * timeoutMs + 5_000);
        if (isEasemobError(ended)) expect(['no', 'maybe']).toContain(ended.sent);
        else expect(ended).toMatchObject({ outcomes: [{ target: 'bob' }] });
      }),
      { numRuns: 150 },
    );
    expect(stalls.stop()).toBeLessThan(LONGEST_STALL_MS);
  });

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['an upload', (signal) => app.files.upload(Buffer.from('x'), { signal })],
    [
      'a download',
      async (signal) => {
        const stream = await app.files.download('some-file', { signal });
        // A stream that breaks does so with an error of its own.
        return buffer(stream).catch(() => undefined);
      },
    ],
  ])(
    '%s ends with its signal at the latest, with a typed error, and holds the event loop for a moment only',
    async (_, run) => {
      const stalls = new EventLoopStalls();
      await fc.assert(
        fc.asyncProperty(responses, async (response) => {
          next = response;
          const startedAt = performance.now();
          // An upload has a minute, however short the timeout.
          const error: unknown = await run(AbortSignal.timeout(timeoutMs)).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          expect(performance.now() - startedAt).toBeLessThan(timeoutMs + 5_000);
          expect(error === undefined || isEasemobError(error), String(error)).toBe(true);
        }),
        { numRuns: 40 },
      );
      expect(stalls.stop()).toBeLessThan(LONGEST_STALL_MS);
    },
  );
});

@Controller()
@UseInterceptors(EasemobErrorInterceptor)
class FuzzedController {
  constructor(private readonly messages: MessageService) {}

  @Post()
  send(@Body() message: MessageDto): Promise<SendResult> {
    return this.messages.send(message);
  }
}

describe('whatever an end user posts', () => {
  let emulator: EasemobEmulator;
  let app: INestApplication;

  beforeAll(async () => {
    emulator = await EasemobEmulator.start({ limits: { rate: false } });
    const moduleRef = await Test.createTestingModule({
      imports: [EasemobModule.forRoot({ ...emulator.moduleOptions, rateLimit: false })],
      controllers: [FuzzedController],
    }).compile();
    app = moduleRef.createNestApplication();
    app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    await emulator.stop();
  });

  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(
      'users',
      ['bob'],
      'txt',
      '1'.repeat(90_000) + 'x',
      '"'.repeat(40_000),
      [],
      {},
      [[]],
      'ROUTE_ONLINE',
    ),
  );
  const names = [
    'type',
    'msg',
    'url',
    'lat',
    'lng',
    'addr',
    'size',
    'customEvent',
    'customExts',
    'constructor',
    '__proto__',
  ];
  const messages = fc.record(
    {
      target_type: fc.oneof({ weight: 4, arbitrary: fc.constant('users') }, value),
      target: fc.oneof({ weight: 4, arbitrary: fc.constant(['bob', 'constructor']) }, value),
      msg: fc.oneof(
        {
          weight: 4,
          arbitrary: fc
            .tuple(fc.constantFrom(...MESSAGE_TYPES), fc.dictionary(fc.constantFrom(...names), value))
            .map(([type, fields]) => Object.assign(fields, { type })),
        },
        value,
      ),
      ext: value,
      from: value,
      env: value,
    },
    { requiredKeys: [] },
  );

  it('is a 201, a 400 or a 413, never a 500, and holds the event loop for a moment only', async () => {
    const stalls = new EventLoopStalls();
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: messages }, value), async (body) => {
        const text = JSON.stringify(body);
        const { status, text: said } = await request(app.getHttpServer())
          .post('/')
          .set('content-type', 'application/json')
          .send(text);
        expect([201, 400, 413], `${status} ${said} for ${text.slice(0, 500)}`).toContain(status);
      }),
      { numRuns: 150 },
    );
    expect(stalls.stop()).toBeLessThan(LONGEST_STALL_MS);
  });
});
