import type { ServerResponse } from 'node:http';
import {
  BadRequestException,
  Controller,
  Get,
  Module,
  Param,
  Res,
  UseInterceptors,
  type Type,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  EASEMOB_INTERCEPTOR_OPTIONS,
  EasemobConfigError,
  EasemobError,
  EasemobErrorInterceptor,
  EasemobValidationError,
  type EasemobErrorBody,
} from 'nestjs-easemob';
import { throwError, type Observable } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { classifyResponse, classifyTransportError } from '../../lib/errors/classification.js';
import { RecordedLogs } from '../support/recorded-logs.js';

const context = { what: 'POST /messages', redact: (text: string) => text, attempts: 1 };
const upstream = (status: number, error = '', error_description = '', headers = {}): EasemobError =>
  classifyResponse(
    { status, headers, body: error && JSON.stringify({ error, error_description, duration: 1 }) },
    context,
  ).error;
const broken = (reason: 'network' | 'timeout' | 'aborted', code: string): EasemobError =>
  classifyTransportError({ reason, code, message: 'no response', requestWritten: false }, context);
const noPermit = (retryAfterMs: number): EasemobError =>
  new EasemobError('the queue is full', { kind: 'rate-limit', retryable: true, sent: 'no', retryAfterMs });
/** An error of another copy of the package: it shares no class with ours, only the marker and the fields. */
const foreign = (): object =>
  Object.defineProperty(
    Object.assign(new Error('of another copy'), {
      name: 'EasemobTimeoutError',
      kind: 'timeout',
      retryable: true,
      sent: 'no',
    }),
    Symbol.for('nestjs-easemob.error'),
    { value: true },
  );

const ERRORS: Readonly<Record<string, () => object>> = {
  'a 400': () => upstream(400, 'illegal_argument', 'target_type must be provided'),
  'wrong credentials': () => upstream(400, 'invalid_grant', 'client_secret does not match'),
  'a 401': () => upstream(401, 'unauthorized', 'Unable to authenticate (OAuth)'),
  'a 403': () => upstream(403, 'forbidden_op', 'message broadcast service is unopened'),
  'a rate limit in a 403': () => upstream(403, 'message_send_error', 'message send reach limit'),
  'a 404': () => upstream(404, 'service_resource_not_found', 'Service resource not found'),
  'a 409': () => upstream(409, 'concurrent_operation_error'),
  'a 413': () => upstream(413),
  'a 415': () => upstream(415, 'web_application', 'Unsupported Media Type'),
  'a 429 with a wait': () => upstream(429, 'reach_limit', 'too fast', { 'retry-after': '7' }),
  'a 429': () => upstream(429, 'reach_limit'),
  'a plan limit': () => upstream(429, 'resource_limited'),
  'a 500': () => upstream(500),
  'a 502 of a gateway': () =>
    classifyResponse({ status: 502, headers: {}, body: '<h1>Bad Gateway</h1>' }, context).error,
  'a 503 with a wait': () => upstream(503, '', '', { 'retry-after': '3' }),
  'a 504': () => upstream(504),
  'a 200 that is not JSON': () =>
    classifyResponse({ status: 200, headers: {}, body: '<html>' }, context).error,
  'a redirect': () => upstream(302),
  'a refused connection': () => broken('network', 'ECONNREFUSED'),
  'a timeout': () => broken('timeout', 'ETIMEDOUT'),
  'an abort': () => broken('aborted', 'ABORT_ERR'),
  'a full queue': () => noPermit(1200),
  'invalid fields': () => new EasemobValidationError([{ path: 'from', message: 'from must not be empty' }]),
  'a message too long': () =>
    new EasemobValidationError([{ path: 'msg', message: 'msg is too long' }], 'too-large'),
  'wrong options': () => new EasemobConfigError(['"appKey" is missing']),
  'an error of another copy': foreign,
  'an exception of Nest': () => new BadRequestException('mine'),
  'a plain error': () => new Error('a bug'),
};

@Controller('plain')
class FailingController {
  @Get('promise/:name')
  async promise(@Param('name') name: string): Promise<never> {
    return Promise.reject(errorNamed(name));
  }

  @Get('observable/:name')
  observable(@Param('name') name: string): Observable<never> {
    return throwError(() => errorNamed(name));
  }

  /** Fails when its response is under way already. */
  @Get('late/:name')
  late(
    @Param('name') name: string,
    @Res() response: ServerResponse | { raw: ServerResponse },
  ): Promise<never> {
    const raw = 'raw' in response ? response.raw : response;
    raw.writeHead(200).write('the beginning');
    return Promise.reject(errorNamed(name));
  }

  @Get('fine')
  fine(): string {
    return 'fine';
  }
}

@Controller('route')
class RouteController extends FailingController {
  @Get('own/:name')
  @UseInterceptors(EasemobErrorInterceptor)
  own(@Param('name') name: string): Promise<never> {
    return this.promise(name);
  }

  @Get('instance/:name')
  @UseInterceptors(new EasemobErrorInterceptor({ upstreamAuth: 'bad-gateway' }))
  instance(@Param('name') name: string): Promise<never> {
    return this.promise(name);
  }
}

const forEveryRoute = { provide: APP_INTERCEPTOR, useClass: EasemobErrorInterceptor };

/** Provides the options as `EasemobModule` does with its option `upstreamAuth`. */
@Module({
  providers: [{ provide: EASEMOB_INTERCEPTOR_OPTIONS, useValue: { upstreamAuth: 'bad-gateway' } }],
  exports: [EASEMOB_INTERCEPTOR_OPTIONS],
})
class OptionsModule {}

async function get(
  url: string,
): Promise<{ status: number; retryAfter: string | null; body: EasemobErrorBody }> {
  const response = await fetch(encodeURI(url));
  const body = (await response.json()) as EasemobErrorBody;
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}

/** Makes the error of this name. */
function errorNamed(name: string): Error {
  return ERRORS[name]?.() as Error;
}

const platforms = [
  { platform: 'Express', createAdapter: () => new ExpressAdapter() },
  { platform: 'Fastify', createAdapter: () => new FastifyAdapter() },
];

describe.each(platforms)('EasemobErrorInterceptor on $platform', ({ createAdapter }) => {
  let app: INestApplication | undefined;

  async function start(
    setup: { providers?: (typeof forEveryRoute)[]; imports?: Type[] } = {},
  ): Promise<string> {
    const module = await Test.createTestingModule({
      controllers: [FailingController, RouteController],
      ...setup,
    }).compile();
    // Nest would log the plain error of the test.
    app = module.createNestApplication(createAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  }

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  it.each<
    [name: string, status: number, error: string, easemob: EasemobErrorBody['easemob'], retryAfter?: string]
  >([
    [
      'a 400',
      400,
      'Bad Request',
      { error: 'illegal_argument', description: 'target_type must be provided', duration: 1 },
    ],
    [
      'wrong credentials',
      401,
      'Unauthorized',
      { error: 'invalid_grant', description: 'client_secret does not match', duration: 1 },
    ],
    [
      'a 401',
      401,
      'Unauthorized',
      { error: 'unauthorized', description: 'Unable to authenticate (OAuth)', duration: 1 },
    ],
    [
      'a 403',
      403,
      'Forbidden',
      { error: 'forbidden_op', description: 'message broadcast service is unopened', duration: 1 },
    ],
    [
      'a rate limit in a 403',
      429,
      'Too Many Requests',
      { error: 'message_send_error', description: 'message send reach limit', duration: 1 },
    ],
    [
      'a 404',
      404,
      'Not Found',
      { error: 'service_resource_not_found', description: 'Service resource not found', duration: 1 },
    ],
    ['a 409', 409, 'Conflict', { error: 'concurrent_operation_error', duration: 1 }],
    ['a 413', 413, 'Payload Too Large', {}],
    [
      'a 415',
      415,
      'Unsupported Media Type',
      { error: 'web_application', description: 'Unsupported Media Type', duration: 1 },
    ],
    [
      'a 429 with a wait',
      429,
      'Too Many Requests',
      { error: 'reach_limit', description: 'too fast', duration: 1 },
      '7',
    ],
    ['a 429', 429, 'Too Many Requests', { error: 'reach_limit', duration: 1 }],
    ['a plan limit', 429, 'Too Many Requests', { error: 'resource_limited', duration: 1 }],
    ['a 500', 502, 'Bad Gateway', {}],
    ['a 502 of a gateway', 502, 'Bad Gateway', { description: 'Bad Gateway' }],
    ['a 503 with a wait', 503, 'Service Unavailable', {}, '3'],
    ['a 504', 504, 'Gateway Timeout', {}],
    ['a 200 that is not JSON', 502, 'Bad Gateway', {}],
    ['a redirect', 502, 'Bad Gateway', {}],
  ])('turns %s into %i %s', async (name, status, error, easemob, retryAfter) => {
    const url = await start({ providers: [forEveryRoute] });

    for (const way of ['promise', 'observable']) {
      // oxlint-disable-next-line no-await-in-loop -- one request after the other
      expect(await get(`${url}/plain/${way}/${name}`)).toEqual({
        status,
        retryAfter: retryAfter ?? null,
        body: { statusCode: status, error, message: errorNamed(name).message, easemob },
      });
    }
  });

  it.each<[name: string, status: number, kind: string, retryAfter?: string]>([
    ['a refused connection', 502, 'network'],
    ['a timeout', 504, 'timeout'],
    ['an abort', 503, 'aborted'],
    ['a full queue', 429, 'rate-limit', '2'],
    ['an error of another copy', 504, 'timeout'],
  ])('turns %s into %i', async (name, status, kind, retryAfter) => {
    const response = await get(`${await start({ providers: [forEveryRoute] })}/plain/promise/${name}`);
    const { message } = errorNamed(name);

    expect(response).toMatchObject({ status, retryAfter: retryAfter ?? null });
    expect(response.body).toMatchObject({
      statusCode: status,
      message,
      easemob: { error: kind, description: message },
    });
  });

  it.each([
    ['invalid fields', 400, 'validation', ['from must not be empty']],
    ['a message too long', 413, 'too-large', ['msg is too long']],
  ])('turns %s into %i with every violation', async (name, status, kind, message) => {
    const { body } = await get(`${await start({ providers: [forEveryRoute] })}/plain/promise/${name}`);

    expect(body).toMatchObject({ statusCode: status, message, easemob: { error: kind } });
  });

  it('turns wrong options into a 500 that does not name them', async () => {
    const { status, body } = await get(
      `${await start({ providers: [forEveryRoute] })}/plain/promise/wrong options`,
    );

    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('appKey');
  });

  it('does not change other errors and responses', async () => {
    const url = await start({ providers: [forEveryRoute] });

    expect(await get(`${url}/plain/promise/an exception of Nest`)).toMatchObject({
      status: 400,
      body: { statusCode: 400, error: 'Bad Request', message: 'mine' },
    });
    expect(await get(`${url}/plain/promise/a plain error`)).toEqual({
      status: 500,
      retryAfter: null,
      body: { statusCode: 500, message: 'Internal server error' },
    });
    expect(await (await fetch(`${url}/plain/fine`)).text()).toBe('fine');
  });

  it('may be used for one route only', async () => {
    const url = await start();

    expect(await get(`${url}/route/own/a 404`)).toMatchObject({ status: 404, body: { error: 'Not Found' } });
    expect(await get(`${url}/route/own/a 401`)).toMatchObject({ status: 401 });
    expect(await get(`${url}/plain/promise/a 404`)).toMatchObject({ status: 500 });
  });

  it('turns rejected credentials into a 502 if its options say so', async () => {
    const url = await start();

    for (const name of ['a 401', 'wrong credentials']) {
      // oxlint-disable-next-line no-await-in-loop -- one request after the other
      expect(await get(`${url}/route/instance/${name}`)).toMatchObject({
        status: 502,
        body: { error: 'Bad Gateway' },
      });
    }
  });

  it('leaves the error to the log of Nest once the headers were sent', async () => {
    const url = await start({ providers: [forEveryRoute] });
    const logs = new RecordedLogs();
    app?.useLogger(logs);

    const response = await fetch(`${url}/plain/late/${encodeURIComponent('a 429 with a wait')}`);
    expect([response.status, await response.text()]).toEqual([200, 'the beginning']);
    expect(logs.lines.join('\n')).toContain('reach_limit: too fast');
    expect(logs.lines.join('\n')).not.toContain('ERR_HTTP_HEADERS_SENT');
    app?.useLogger(false);
  });

  it.each([
    ['for every route', '/plain/promise', [forEveryRoute]],
    ['for one route', '/route/own', []],
  ])('gets its options from the imported module, %s', async (_name, path, providers) => {
    const url = await start({ providers, imports: [OptionsModule] });

    expect(await get(`${url}${path}/a 401`)).toMatchObject({ status: 502 });
  });
});
