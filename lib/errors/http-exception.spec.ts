import {
  BadGatewayException,
  BadRequestException,
  ConflictException,
  ForbiddenException,
  GatewayTimeoutException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  PayloadTooLargeException,
  ServiceUnavailableException,
  UnauthorizedException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { classifyResponse } from './classification.js';
import { EasemobConfigError } from './easemob-config.error.js';
import { EasemobNetworkError } from './easemob-network.error.js';
import { EasemobTimeoutError } from './easemob-timeout.error.js';
import { EasemobValidationError } from './easemob-validation.error.js';
import { EasemobError } from './easemob.error.js';
import { retryAfterSecondsOf, toHttpException } from './http-exception.js';

const context = { what: 'POST /messages', redact: (text: string) => text, attempts: 1 };
const upstream = (status: number, error = '', error_description = ''): EasemobError =>
  classifyResponse(
    { status, headers: {}, body: error && JSON.stringify({ error, error_description }) },
    context,
  ).error;

const plain = (kind: 'rate-limit' | 'aborted'): EasemobError =>
  new EasemobError(`it was ${kind}`, { kind, retryable: false, sent: 'no' });

describe('the exception of an upstream response', () => {
  it.each([
    [upstream(400, 'illegal_argument', 'from is empty'), BadRequestException, 400],
    [upstream(400, 'message_send_error', 'message is too large'), BadRequestException, 400],
    [upstream(400, 'service open exception', 'the app not open presence'), BadRequestException, 400],
    [upstream(400, 'invalid_grant', 'client_id does not match'), UnauthorizedException, 401],
    [upstream(401, 'unauthorized'), UnauthorizedException, 401],
    [upstream(401, 'message_rewrite_error'), UnauthorizedException, 401],
    [upstream(404, 'invalid_grant', 'user not found'), NotFoundException, 404],
    [upstream(403, 'forbidden_op'), ForbiddenException, 403],
    [upstream(403, 'message_send_error', 'message send reach limit'), HttpException, 429],
    [upstream(403, 'forbidden_op', 'broadcast message limit exceeded'), ForbiddenException, 403],
    [upstream(404), NotFoundException, 404],
    [upstream(405), BadGatewayException, 502],
    [upstream(408), GatewayTimeoutException, 504],
    [upstream(409), ConflictException, 409],
    [upstream(413), PayloadTooLargeException, 413],
    [upstream(415), UnsupportedMediaTypeException, 415],
    [upstream(429, 'reach_limit'), HttpException, 429],
    [upstream(429, 'resource_limited'), HttpException, 429],
    [upstream(500), BadGatewayException, 502],
    [upstream(500, 'web_application'), BadGatewayException, 502],
    [upstream(501), BadGatewayException, 502],
    [upstream(502), BadGatewayException, 502],
    [upstream(503), ServiceUnavailableException, 503],
    [upstream(504), GatewayTimeoutException, 504],
    [upstream(200), BadGatewayException, 502],
    [upstream(302), BadGatewayException, 502],
  ])('%s', (error, Exception, status) => {
    const exception = toHttpException(error);

    expect(exception).toBeInstanceOf(Exception);
    expect(exception.getStatus()).toBe(status);
    expect(exception.getResponse()).toMatchObject({ statusCode: status, message: error.message });
    expect(exception.cause).toBe(error);
  });

  it.each([upstream(401, 'unauthorized'), upstream(400, 'invalid_grant')])(
    'a refusal of the own credentials may be a bad gateway: %s',
    (error) => {
      expect(toHttpException(error, { upstreamAuth: 'bad-gateway' })).toBeInstanceOf(BadGatewayException);
      expect(toHttpException(error, { upstreamAuth: 'unauthorized' })).toBeInstanceOf(UnauthorizedException);
    },
  );

  it('carries the fields that Easemob sent and no others', () => {
    const body = JSON.stringify({
      error: 'message_send_error',
      exception: 'X',
      error_description: 'no',
      error_code: 14001,
      timestamp: 5,
      duration: 0,
    });
    const { error: whole } = classifyResponse({ status: 400, headers: {}, body }, context);

    expect(toHttpException(whole).getResponse()).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: 'Easemob refused POST /messages with 400 message_send_error 14001: no',
      easemob: {
        error: 'message_send_error',
        exception: 'X',
        description: 'no',
        timestamp: 5,
        duration: 0,
        errorCode: 14001,
      },
    });
    expect(toHttpException(upstream(502)).getResponse()).toEqual({
      statusCode: 502,
      error: 'Bad Gateway',
      message: 'Easemob failed POST /messages with 502',
      easemob: {},
    });
  });
});

describe('the exception of an error without a response', () => {
  it.each([
    [
      new EasemobNetworkError('refused', { code: 'ECONNREFUSED', sent: 'no', retryable: true }),
      502,
      'network',
    ],
    [new EasemobTimeoutError('late', { sent: 'maybe' }), 504, 'timeout'],
    [plain('rate-limit'), 429, 'rate-limit'],
    [plain('aborted'), 503, 'aborted'],
  ])('%s', (error, status, kind) => {
    expect(toHttpException(error).getResponse()).toMatchObject({
      statusCode: status,
      message: error.message,
      easemob: { error: kind, description: error.message },
    });
  });

  it('lists the broken rules as ValidationPipe does', () => {
    const violations = [
      { path: 'from', message: 'from must not be empty' },
      { path: 'msg.url', message: 'msg.url must be a URL' },
    ];
    const exception = toHttpException(new EasemobValidationError(violations));

    expect(exception).toBeInstanceOf(BadRequestException);
    expect(exception.getResponse()).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: ['from must not be empty', 'msg.url must be a URL'],
      easemob: { error: 'validation', description: 'from must not be empty\nmsg.url must be a URL' },
    });
    expect(toHttpException(new EasemobValidationError(violations, 'too-large'))).toBeInstanceOf(
      PayloadTooLargeException,
    );
  });

  it('keeps the configuration to itself', () => {
    const exception = toHttpException(new EasemobConfigError(['clientSecret "hunter22" is too short']));

    expect(exception).toBeInstanceOf(InternalServerErrorException);
    expect(exception.getResponse()).toEqual({
      statusCode: 500,
      error: 'Internal Server Error',
      message: 'The Easemob connection of this server is not configured correctly.',
      easemob: { error: 'config' },
    });
    expect(toHttpException(upstream(407)).getResponse()).toMatchObject({ statusCode: 500, easemob: {} });
  });
});

describe('the seconds of Retry-After', () => {
  it.each([
    [undefined, undefined],
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
  ])('%s ms is %s', (retryAfterMs, seconds) => {
    const error = new EasemobError('wait', { kind: 'rate-limit', retryable: true, sent: 'no', retryAfterMs });

    expect(retryAfterSecondsOf(error)).toBe(seconds);
  });
});
