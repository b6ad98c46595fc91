import type { ExecutionContext } from '@nestjs/common';
import { HttpException } from '@nestjs/common';
import { lastValueFrom, of, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { EasemobErrorInterceptor } from './easemob-error.interceptor.js';
import { EasemobError } from './easemob.error.js';

const limited = new EasemobError('wait', {
  kind: 'rate-limit',
  retryable: true,
  sent: 'no',
  retryAfterMs: 1500,
});

function contextOf(type: string): { context: ExecutionContext; header: ReturnType<typeof vi.fn> } {
  const header = vi.fn();
  const context = { getType: () => type, switchToHttp: () => ({ getResponse: () => ({ header }) }) };
  return { context: context as unknown as ExecutionContext, header };
}

describe('EasemobErrorInterceptor', () => {
  it.each([
    ['http', [['Retry-After', '2']]],
    ['rpc', []],
    ['ws', []],
    ['graphql', []],
  ])('sets headers only over HTTP: %s', async (type, headers) => {
    const { context, header } = contextOf(type);
    const result = lastValueFrom(
      new EasemobErrorInterceptor().intercept(context, { handle: () => throwError(() => limited) }),
    );

    const thrown: unknown = await result.catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(HttpException);
    expect(thrown).toMatchObject({ cause: limited, name: 'HttpException' });
    expect(header.mock.calls).toEqual(headers);
  });

  it.each([new Error('a bug'), new HttpException('mine', 418), 'a string', undefined])(
    'passes every other thrown value through as the same object: %s',
    async (failure) => {
      const { context } = contextOf('http');
      const result = lastValueFrom(
        new EasemobErrorInterceptor().intercept(context, { handle: () => throwError(() => failure) }),
      );

      expect(await result.catch((thrown: unknown) => thrown)).toBe(failure);
    },
  );

  it('passes results through', async () => {
    const { context } = contextOf('http');

    expect(
      await lastValueFrom(new EasemobErrorInterceptor().intercept(context, { handle: () => of(1, 2) })),
    ).toBe(2);
  });
});
