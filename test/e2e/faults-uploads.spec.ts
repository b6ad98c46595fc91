import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { type FaultRow, UNCERTAIN_FAULTS } from '../support/faults.js';

const FAULTS: readonly FaultRow[] = [
  ['a 429', { status: 429 }, false],
  ['a 503', { status: 503 }, false],
  ...UNCERTAIN_FAULTS,
];

describe('an upload, which may be repeated without harm', () => {
  let app: EasemobTest;
  beforeEach(async () => {
    app = await startEasemob({ rateLimit: false, retry: { attempts: 3, minDelayMs: 1, maxDelayMs: 5 } });
    await app.tokens.getToken();
  });
  afterEach(() => app.stop());

  it.each(FAULTS)('is retried after %s with the same bytes', async (_, fault) => {
    app.emulator.failNext(fault, 2, { path: '/chatfiles' });
    await expect(app.files.upload(Buffer.from('content'))).resolves.toMatchObject({ filename: 'file' });
    const bodies = app.calls().map(({ rawBody }) => rawBody.toString('latin1'));
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
  });

  it.each<FaultRow>([['a 401', { status: 401 }, false], ...FAULTS])(
    'of a stream is retried after %s with the bytes that the stream has provided once',
    async (_, fault) => {
      app.emulator.failNext(fault, 1, { path: '/chatfiles' });
      const { uuid } = await app.files.upload(Readable.from([Buffer.from('con'), Buffer.from('tent')]));
      const [first, second, ...others] = app.calls();
      expect(others).toEqual([]);
      expect(first?.rawBody.toString()).toContain('content');
      expect(second?.rawBody.equals(first?.rawBody ?? Buffer.alloc(0))).toBe(true);
      const stored = app.emulator.files.find((file) => file.uuid === uuid);
      expect(stored?.bytes.toString()).toBe('content');
    },
  );

  it.each<[number, string]>([
    [400, 'validation'],
    [404, 'not-found'],
    [413, 'too-large'],
    [415, 'unsupported'],
  ])('is not retried after a %i', async (status, kind) => {
    app.emulator.failNext({ status }, 9, { path: '/chatfiles' });
    await expect(app.files.upload(Buffer.from('content'))).rejects.toMatchObject({
      kind,
      sent: 'no',
      attempts: 1,
    });
    expect(app.calls()).toHaveLength(1);
  });

  it('whose every attempt fails is rejected as perhaps sent', async () => {
    app.emulator.failNext({ reset: 'after' }, 3, { path: '/chatfiles' });
    await expect(app.files.upload(Buffer.from('content'))).rejects.toMatchObject({
      kind: 'network',
      sent: 'maybe',
      attempts: 3,
    });
  });
});
