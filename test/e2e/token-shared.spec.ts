import type { StoredToken, TokenStore } from 'nestjs-easemob';
import { afterEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';
import { userIds } from '../support/user-ids.js';

/** A store that two modules of one process share, as two processes would. */
function sharedStore(): TokenStore {
  const tokens = new Map<string, StoredToken>();
  return {
    get: (key) => Promise.resolve(tokens.get(key)),
    set: (key, token) => Promise.resolve(void tokens.set(key, token)),
  };
}

const sendFrom = (app: EasemobTest, count: number) =>
  Promise.all(userIds(count).map((target) => app.messages.sendText(textTo(target))));

describe('a token that two processes share', () => {
  let one: EasemobTest;
  let other: EasemobTest;
  afterEach(async () => {
    await other.stop();
    await one.stop();
  });

  const start = async (): Promise<void> => {
    const options = { rateLimit: false, token: { store: sharedStore() } } as const;
    one = await startEasemob(options, { limits: { rate: false } });
    other = await startEasemob({ ...options, ...one.emulator.moduleOptions });
  };

  it('is fetched once', async () => {
    await start();
    await sendFrom(one, 1);
    await sendFrom(other, 1);
    expect(one.emulator.tokensIssued).toBe(1);
  });

  it('costs one fetch and no failed send when it is revoked while both use it', async () => {
    await start();
    await sendFrom(one, 1);
    await sendFrom(other, 1);
    one.emulator.revokeTokens();
    await sendFrom(one, 50);
    await sendFrom(other, 50);
    expect(one.emulator.tokensIssued).toBe(2);
    expect(one.emulator.messages).toHaveLength(102);
  });

  it('costs no failed send when the other process has replaced it and the replacement is revoked too', async () => {
    await start();
    await sendFrom(one, 1);
    await other.tokens.getToken();
    await other.tokens.refresh();
    one.emulator.revokeTokens();
    await sendFrom(one, 200);
    expect(one.emulator.tokensIssued).toBe(3);
    expect(one.emulator.messages).toHaveLength(201);
  });
});
