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

interface Surroundings {
  readonly type: string;
  readonly response?: object;
  readonly info?: unknown;
}

function contextOf({ type, response = {}, info }: Surroundings): {
  context: ExecutionContext;
  header: ReturnType<typeof vi.fn>;
} {
  const header = vi.fn();
  const context = {
    getType: () => type,
    getArgByIndex: (index: number) => [undefined, {}, {}, info][index],
    switchToHttp: () => ({ getResponse: () => ({ header, ...response }) }),
  };
  return { context: context as unknown as ExecutionContext, header };
}

function thrownFor(context: ExecutionContext, failure: unknown): Promise<unknown> {
  return lastValueFrom(
    new EasemobErrorInterceptor().intercept(context, { handle: () => throwError(() => failure) }),
  ).catch((error: unknown) => error);
}

describe('EasemobErrorInterceptor', () => {
  it.each<[string, Surroundings, unknown[][]]>([
    ['over HTTP', { type: 'http' }, [['Retry-After', '2']]],
    [
      'over HTTP, with a response that is none',
      { type: 'http', response: { raw: null } },
      [['Retry-After', '2']],
    ],
    ['in a GraphQL query', { type: 'graphql', info: { operation: { operation: 'query' } } }, []],
    ['in a GraphQL mutation', { type: 'graphql', info: { operation: { operation: 'mutation' } } }, []],
    ['in GraphQL of another shape', { type: 'graphql' }, []],
  ])('makes a Nest exception %s, and sets headers only over HTTP', async (_, surroundings, headers) => {
    const { context, header } = contextOf(surroundings);
    const thrown = await thrownFor(context, limited);
    expect(thrown).toBeInstanceOf(HttpException);
    expect(thrown).toMatchObject({ cause: limited, name: 'HttpException' });
    expect(header.mock.calls).toEqual(headers);
  });

  it.each<[string, Surroundings]>([
    ['in a microservice', { type: 'rpc' }],
    ['in a WebSocket gateway', { type: 'ws' }],
    ['in a GraphQL subscription', { type: 'graphql', info: { operation: { operation: 'subscription' } } }],
    ['in a context of another library', { type: 'necord' }],
    ['after the headers of Express were sent', { type: 'http', response: { headersSent: true } }],
    ['after a reply of Fastify', { type: 'http', response: { sent: true } }],
    [
      'after the raw headers of Fastify were sent',
      { type: 'http', response: { raw: { headersSent: true } } },
    ],
  ])('lets the EasemobError through as it is %s', async (_, surroundings) => {
    const { context, header } = contextOf(surroundings);
    expect(await thrownFor(context, limited)).toBe(limited);
    expect(header).not.toHaveBeenCalled();
  });

  it.each([new Error('a bug'), new HttpException('mine', 418), 'a string', undefined])(
    'passes every other thrown value through as the same object: %s',
    async (failure) => {
      const { context } = contextOf({ type: 'http' });
      expect(await thrownFor(context, failure)).toBe(failure);
    },
  );

  it('passes results through', async () => {
    const { context } = contextOf({ type: 'http' });

    expect(
      await lastValueFrom(new EasemobErrorInterceptor().intercept(context, { handle: () => of(1, 2) })),
    ).toBe(2);
  });
});
