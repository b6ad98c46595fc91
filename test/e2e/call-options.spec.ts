import type { DownloadOptions, SendOptions, UploadOptions } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

let app: EasemobTest;
beforeEach(async () => {
  app = await startEasemob();
});
afterEach(() => app.stop());

/** Calls with options of any shape, as JavaScript allows. */
const CALLS: Readonly<Record<string, (options: unknown) => Promise<unknown>>> = {
  send: (options) =>
    app.messages.send({ ...textTo('bob'), msg: { type: 'txt', msg: 'hi' } }, options as SendOptions),
  sendText: (options) => app.messages.sendText(textTo('bob'), options as SendOptions),
  upload: (options) => app.files.upload(Buffer.from('x'), options as UploadOptions),
  download: (options) => app.files.download('uuid', options as DownloadOptions),
};

const WRONG_SIGNALS: readonly [name: string, signal: unknown, received: string][] = [
  ['an AbortController', new AbortController(), 'an AbortController'],
  ['an empty object', {}, 'an object'],
  ['a string', 'aborted', 'a string'],
  ['a number', 5000, '5000'],
  ['a function', () => undefined, 'a function'],
  ['null', null, 'null'],
  ['what only looks aborted', { aborted: true }, 'an object'],
];

const refusal = (path: string, text: string) => ({
  name: 'EasemobValidationError',
  kind: 'validation',
  sent: 'no',
  attempts: 0,
  violations: [{ path, message: expect.stringContaining(text) as string }],
});

describe.each(Object.keys(CALLS))('%s refuses before the network', (name) => {
  const call = (options: unknown): Promise<unknown> => CALLS[name]?.(options) ?? Promise.resolve();
  afterEach(() => expect(app.emulator.requests).toEqual([]));

  it.each(WRONG_SIGNALS)('%s as signal', async (_, signal, received) => {
    await expect(call({ signal })).rejects.toMatchObject(
      refusal('signal', `signal must be an AbortSignal, got ${received}; pass the signal property of`),
    );
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'null'],
    ['a string', 'x', 'a string'],
    ['a list', [], 'an empty array'],
  ])('%s as options', async (_, options, received) => {
    await expect(call(options)).rejects.toMatchObject(refusal('options', `options must be an object with`));
    await expect(call(options)).rejects.toThrow(`got ${received}.`);
  });

  it('an unknown option, and suggests the near one', async () => {
    await expect(call({ singal: undefined, sginal: new AbortController().signal })).rejects.toMatchObject(
      refusal('sginal', 'Unknown option "sginal".'),
    );
    await expect(call({ sginal: 1 })).rejects.toThrow('Did you mean "signal"?');
  });
});

describe('refused before the network is', () => {
  afterEach(() => expect(app.emulator.requests).toEqual([]));

  it.each<[call: string, options: object, path: string, text: string]>([
    ['send', { useMsgId: 'false' }, 'useMsgId', 'useMsgId must be true or false, got "false".'],
    ['sendText', { useMsgId: null }, 'useMsgId', 'useMsgId must be true or false, got null.'],
    ['upload', { filename: 5 }, 'filename', 'filename must be a name of at most 255 characters'],
    ['upload', { filename: 'a'.repeat(256) }, 'filename', 'without control characters, got "aaa'],
    ['upload', { filename: 'a\u0000.png' }, 'filename', String.raw`got "a\u0000.png".`],
    ['upload', { filename: 'line\r\nX-Evil: 1' }, 'filename', 'without control characters'],
    ['upload', { filename: 'half \ud800.png' }, 'filename', 'without control characters'],
    ['upload', { filename: '..' }, 'filename', 'got "..".'],
    ['upload', { contentType: 7 }, 'contentType', 'contentType must be a MIME type'],
    ['upload', { contentType: 'a'.repeat(256) }, 'contentType', 'of at most 255 characters'],
    ['upload', { restrictAccess: 'false' }, 'restrictAccess', 'restrictAccess must be true or false'],
    ['upload', { thumbnail: 'small' }, 'thumbnail', 'thumbnail must be an object with width, height'],
    ['upload', { thumbnail: { width: 9 } }, 'thumbnail', 'got no height.'],
    [
      'upload',
      { thumbnail: { width: Number.NaN, height: 9 } },
      'thumbnail.width',
      'thumbnail.width must be a whole number of pixels above 0, got NaN.',
    ],
    ['upload', { thumbnail: { width: 1e21, height: 9 } }, 'thumbnail.width', 'got 1e+21.'],
    ['upload', { thumbnail: { width: '9', height: 9 } }, 'thumbnail.width', 'got "9".'],
    ['download', { thumbnail: 'yes' }, 'thumbnail', 'thumbnail must be true or false, got "yes".'],
    ['download', { secret: 12345678 }, 'secret', 'secret must be'],
    ['download', { secret: 'quite\r\nsecret: 1' }, 'secret', 'got a string.'],
  ])('%s with %j', async (name, options, path, text) => {
    await expect(CALLS[name]?.(options)).rejects.toMatchObject(refusal(path, text));
  });

  it('an upload under a name of a megabyte, in a short text', async () => {
    const error: unknown = await CALLS['upload']?.({ filename: 'a'.repeat(1024 * 1024) }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject(refusal('filename', 'filename must be a name of at most 255 characters'));
    expect(String(error).length).toBeLessThan(300);
  });

  it('several wrong options in one error', async () => {
    const error: unknown = await CALLS['upload']?.({ filename: 5, signal: {}, restrictAccess: 1 }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      violations: [{ path: 'filename' }, { path: 'restrictAccess' }, { path: 'signal' }],
    });
  });

  it.each(WRONG_SIGNALS)('getToken with %s', async (_, signal, received) => {
    await expect(app.tokens.getToken(signal as AbortSignal)).rejects.toMatchObject(
      refusal('signal', `signal must be an AbortSignal, got ${received}`),
    );
  });

  it.each([
    ['a step up', '..'],
    ['the place itself', '.'],
    ['half a character', '\ud800'],
    ['a line end', 'a\r\nb'],
    ['a megabyte', 'a'.repeat(1024 * 1024)],
    ['a number', 7],
    ['nothing', undefined],
    ['an empty text', ''],
  ])('the download of %s', async (_, uuid) => {
    await expect(app.files.download(uuid as string)).rejects.toMatchObject(
      refusal('uuid', 'uuid must be the uuid of an uploaded file, got '),
    );
  });
});

it('a signal of another realm or of a polyfill is taken', async () => {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    addEventListener: (_: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => void listeners.delete(listener),
  } as unknown as AbortSignal;
  await app.messages.sendText(textTo('bob'), { signal });
  expect(app.emulator.messages).toHaveLength(1);
  expect(listeners.size).toBe(0);
});

it('options that are undefined are as if they were left out', async () => {
  await app.messages.sendText(textTo('bob'), { useMsgId: undefined, signal: undefined });
  const { uuid } = await app.files.upload(Buffer.from('x'), {
    filename: undefined,
    contentType: undefined,
    restrictAccess: undefined,
    thumbnail: undefined,
    signal: undefined,
  });
  const file = await app.files.download(uuid, { secret: undefined, thumbnail: undefined, signal: undefined });
  file.resume();
  expect(app.calls()).toMatchObject([{ query: { useMsgId: 'true' } }, { method: 'POST' }, { method: 'GET' }]);
});
