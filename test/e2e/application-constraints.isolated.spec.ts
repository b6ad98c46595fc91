import { EventEmitter, once } from 'node:events';
import { MaxLength, registerDecorator } from 'class-validator';
import { TextBody, TextMessageDto } from 'nestjs-easemob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

/** A text that a moderation service must approve; a test decides when and how that service responds. */
class ModeratedText extends TextBody {
  static moderate: (msg: unknown) => Promise<boolean> = () => Promise.resolve(true);

  declare msg: string;
}
registerDecorator({
  name: 'isApproved',
  target: ModeratedText,
  propertyName: 'msg',
  async: true,
  validator: {
    validate: (msg) => ModeratedText.moderate(msg),
    defaultMessage: () => 'msg must be approved',
  },
});

const moderated = (msg: string): TextMessageDto =>
  Object.assign(new TextMessageDto(), textTo('bob'), { msg: Object.assign(new ModeratedText(), { msg }) });

let app: EasemobTest;
beforeEach(async () => {
  app = await startEasemob();
});
afterEach(() => app.stop());

describe('an asynchronous constraint of an application', () => {
  it('is waited for before the message is sent', async () => {
    ModeratedText.moderate = (msg) => Promise.resolve(msg === 'hello');
    expect((await app.messages.sendText(moderated('hello'))).outcomes).toMatchObject([{ status: 'sent' }]);
    await expect(app.messages.sendText(moderated('bad words'))).rejects.toMatchObject({
      name: 'EasemobValidationError',
      sent: 'no',
      violations: [{ path: 'msg.msg', message: 'msg.msg must be approved' }],
    });
    expect(app.calls()).toHaveLength(1);
  });

  it('approves the message as it was when it was handed over', async () => {
    const moderation = new EventEmitter();
    ModeratedText.moderate = () => once(moderation, 'approved').then(() => true);
    const ext = { order: { id: 1 } };
    const message = Object.assign(moderated('hello'), { ext });
    const sending = app.messages.sendText(message);
    message.msg.msg = 'bad words';
    message.target.push('mallory');
    ext.order.id = 2;
    moderation.emit('approved');
    expect((await sending).outcomes).toMatchObject([{ target: 'bob', status: 'sent' }]);
    expect(app.calls()[0]?.body).toMatchObject({
      target: ['bob'],
      msg: { msg: 'hello' },
      ext: { order: { id: 1 } },
    });
  });

  it('reports the other faults of the message, which may have no encoding', async () => {
    ModeratedText.moderate = () => Promise.resolve(true);
    const message = Object.assign(moderated('hello'), { ext: { id: 1n } });
    await expect(app.messages.sendText(message)).rejects.toMatchObject({
      violations: [{ path: 'ext.id' }],
    });
  });

  it.each([
    ['too many bytes', 'x'.repeat(50_000), {}, 'too-large'],
    ['a field of the other API', 'hello', { env: 'test' }, 'validation'],
  ])('does not hide %s', async (_, msg, fields, kind) => {
    ModeratedText.moderate = () => Promise.resolve(true);
    const message = Object.assign(moderated(msg), fields);
    await expect(app.messages.sendText(message)).rejects.toMatchObject({ kind, sent: 'no' });
    expect(app.calls()).toEqual([]);
  });

  it('that never ends is left when the send is aborted', async () => {
    ModeratedText.moderate = () => new Promise(() => undefined);
    const sending = app.messages.sendText(moderated('hello'), { signal: AbortSignal.timeout(20) });
    await expect(sending).rejects.toMatchObject({ name: 'EasemobError', kind: 'aborted', sent: 'no' });
  });

  it('that fails lets the send fail with its error, and nothing is sent', async () => {
    ModeratedText.moderate = () => Promise.reject(new Error('the moderation is down'));
    const tooLarge = moderated('x'.repeat(50_000));
    for (const message of [moderated('hello'), tooLarge]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, each without the other's rejection
      await expect(app.messages.sendText(message)).rejects.toThrow('the moderation is down');
    }
    expect(app.calls()).toEqual([]);
  });

  it('is not asked without validation', async () => {
    await app.stop();
    app = await startEasemob({ validate: false });
    ModeratedText.moderate = () => Promise.resolve(false);
    expect((await app.messages.sendText(moderated('bad words'))).outcomes).toMatchObject([
      { status: 'sent' },
    ]);
  });
});

describe('a constraint that an application adds to TextBody', () => {
  it('counts from the next send on', async () => {
    await app.messages.sendText(textTo('bob'));
    MaxLength(3, { message: 'msg must be short' })(TextBody.prototype, 'msg');
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      violations: [{ path: 'msg.msg', message: 'msg.msg must be short' }],
    });
    expect(app.calls()).toHaveLength(1);
  });
});
