import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { type EasemobError, type EasemobModuleOptions, isEasemobError } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { CLIENT_ID, CLIENT_SECRET, echoOf, FAILING_CALLS, PROXY_PASSWORD } from '../support/failing-calls.js';
import { interceptedError } from '../support/intercepted-error.js';
import { RecordedLogs } from '../support/recorded-logs.js';
import { textTo } from '../support/text-message.js';

/** Every text in which an error, its causes included, reaches a log, a client or an error reporter. */
async function printsOf(error: EasemobError): Promise<string[]> {
  const exception = await interceptedError(error);
  const prints = [error, exception].flatMap((each) => [
    inspect(each, { depth: 10, showHidden: true, getters: true }),
    JSON.stringify(each),
    String(each),
    each.stack ?? '',
    each.message,
  ]);
  prints.push(
    JSON.stringify(exception.getResponse()),
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
  );
  for (let { cause } = error as Error; cause !== undefined; cause = (cause as Error).cause) {
    prints.push(inspect(cause, { depth: 10, showHidden: true }), JSON.stringify(cause));
  }
  return prints;
}

const escaped = (value: string): string => JSON.stringify(value).slice(1, -1);

/** The secrets that went over the wire, as they are and as JSON writes them. */
function secretsOf({ emulator }: EasemobTest): string[] {
  const bearers = emulator.requests.flatMap(
    ({ headers }) => headers.authorization?.replace('Bearer ', '') ?? [],
  );
  const shared = emulator.files.flatMap(({ secret }) => secret ?? []);
  const all = [
    CLIENT_SECRET,
    PROXY_PASSWORD,
    'no-such-share-secret',
    `YWMt${'A'.repeat(20)}`,
    ...bearers,
    ...shared,
  ];
  return [...new Set(all.flatMap((secret) => [secret, escaped(secret)]))];
}

function expectNothingOf(secrets: readonly string[], prints: readonly string[]): void {
  for (const print of prints) {
    for (const secret of secrets) expect(print).not.toContain(secret);
    expect(print).not.toMatch(/Bearer (?!\[redacted\])\S/);
    // A server may name the header. Its value must be redacted.
    expect(print).not.toMatch(/authorization(?!\\*["']?\s*[:=]\s*\\*["']?\[redacted\])/i);
    expect(print).not.toMatch(/YWMt[\w-]{4}/);
  }
}

describe('no secret is printed by', () => {
  let app: EasemobTest;
  let logs: RecordedLogs;

  afterEach(async () => {
    Logger.overrideLogger(false);
    await app.stop();
  });

  async function start(
    options: Partial<EasemobModuleOptions> = {},
    emulatorOptions: { tokenTtlSeconds?: number } = {},
  ): Promise<void> {
    app = await startEasemob(options, {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      ...emulatorOptions,
    });
    logs = new RecordedLogs();
    app.moduleRef.useLogger(logs);
  }

  const rows = Object.entries(FAILING_CALLS).flatMap(([kind, cases]) =>
    cases.map((each) => ({ kind, ...each })),
  );

  it.each(rows)('an error of kind $kind, or a log line about it: $name', async ({ kind, options, fail }) => {
    await start(options);
    const error: unknown = await fail(app).catch((reason: unknown) => reason);
    if (!isEasemobError(error)) throw new Error(`No EasemobError but ${inspect(error)}`);
    expect(error.kind).toBe(kind);
    expectNothingOf(secretsOf(app), [...(await printsOf(error)), ...logs.lines]);
  });

  it('the warning about a refresh that failed in the background', async () => {
    await start({ retry: false }, { tokenTtlSeconds: 1 });
    await app.tokens.getToken();
    const body = `<html>${await echoOf(app)}</html>`;
    app.emulator.failNext({ status: 500, body }, 100, { path: '/token' });
    // After half of its life, every call that needs the token starts a refresh.
    await expect
      .poll(async () => (await app.tokens.getToken().catch(() => undefined), logs.lines.length), {
        interval: 20,
        timeout: 5000,
      })
      .toBeGreaterThan(0);
    expect(logs.lines[0]).toContain('could not be refreshed');
    expectNothingOf(secretsOf(app), logs.lines);
  });

  it('the services, before and after a call', async () => {
    await start();
    const look = (): string[] =>
      [app.messages, app.files, app.tokens].flatMap((service) => [
        inspect(service, { depth: 10, showHidden: true, getters: true }),
        JSON.stringify(service),
      ]);
    const before = look();
    await app.messages.sendText(textTo('bob'));
    await app.files.upload(Buffer.from('x'), { restrictAccess: true });
    const secrets = secretsOf(app);
    expect(secrets.length).toBeGreaterThan(5);
    expectNothingOf(secrets, [...before, ...look()]);
    expectNothingOf(secrets, [JSON.stringify(app.tokens.status()), ...logs.lines]);
  });

  it('the outcome of a target that the response does not name', async () => {
    await start();
    app.emulator.failNext({ omitTargets: 1 });
    const { outcomes } = await app.messages.sendText(textTo('bob'));
    const [outcome] = outcomes;
    if (!outcome?.error) throw new Error('The outcome has no error.');
    expectNothingOf(secretsOf(app), [
      ...(await printsOf(outcome.error)),
      inspect(outcomes, { depth: 10, showHidden: true }),
    ]);
  });
});
