import { setTimeout as wait } from 'node:timers/promises';
import { Test } from '@nestjs/testing';
import { EasemobModule, type EasemobModuleOptions } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { configProblemsOf } from '../support/config-problems.js';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { registrations } from '../support/registrations.js';
import { textTo } from '../support/text-message.js';

const GOOD = { appKey: 'acme#shop', clientId: 'id', clientSecret: 'a-client-secret' };

type Setup = NonNullable<NonNullable<EasemobModuleOptions['http']>['setup']>;

const thrown = (error: unknown) => (): never => {
  throw error;
};

describe.each(registrations)('with $name, an http.setup', (registration) => {
  it.each<[string, Setup, string]>([
    ['throws', thrown(new TypeError('x is not a function')), 'TypeError: x is not a function'],
    ['throws a text', thrown('no way'), 'no way'],
    ['rejects', () => Promise.reject(new RangeError('too late')), 'RangeError: too late'],
    ['rejects with nothing', () => Promise.reject(undefined), 'nothing'],
    ['throws what has no text', thrown(Object.create(null)), 'an object'],
    ['rejects after a while', () => wait(20).then(thrown(new Error('too late'))), 'Error: too late'],
    ['quotes the client secret', thrown(new Error('a-client-secret is wrong')), '[redacted] is wrong'],
    ['says a megabyte', thrown(new Error('a'.repeat(1024 * 1024))), 'aaa…'],
  ])('that %s stops the start-up', async (_, setup, text) => {
    const problems = await configProblemsOf(registration, { ...GOOD, http: { setup } });
    expect(problems).toEqual([expect.stringContaining(text)]);
    expect(problems[0]).toMatch(/^http\.setup failed with /);
    expect(problems[0]?.length).toBeLessThan(600);
  });
});

describe('the start-up', () => {
  let app: EasemobTest | undefined;
  afterEach(() => app?.stop());

  it('waits for a promise that http.setup returns', async () => {
    app = await startEasemob({
      http: {
        async setup({ axiosRef }) {
          await wait(20);
          axiosRef.interceptors.request.use((config) => {
            config.headers.set('x-late', 'yes');
            return config;
          });
        },
      },
    });
    await app.messages.sendText(textTo('bob'));
    expect(app.calls()[0]?.headers['x-late']).toBe('yes');
  });

  it('does not mind what else http.setup returns', async () => {
    app = await startEasemob({ http: { setup: (() => ({ next: 5 })) as unknown as Setup } });
    await app.messages.sendText(textTo('bob'));
    expect(app.emulator.messages).toHaveLength(1);
  });
});

it('the error of http.setup carries neither the thrown error nor what that one carries', async () => {
  const setup = thrown(
    Object.assign(new Error('no'), { config: { headers: { authorization: 'Bearer x' } } }),
  );
  const starting = Test.createTestingModule({
    imports: [EasemobModule.forRoot({ ...GOOD, http: { setup } })],
  }).compile();
  const error: unknown = await starting.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'EasemobConfigError' });
  expect(error).not.toHaveProperty('cause');
});
