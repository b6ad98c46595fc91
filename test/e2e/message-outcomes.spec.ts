import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

describe.each(['legacy', 'current'] as const)('outcomes on the %s API', (api) => {
  let app: EasemobTest;
  beforeEach(async () => {
    app = await startEasemob({ api });
  });
  afterEach(() => app.stop());

  /** Lets Easemob respond to the next send with this body. */
  const respondWith = (body: string): void => app.failSends({ status: 200, body });

  it('are in the order of target, each with the ID of its message', async () => {
    const targets = ['zoe', '10', 'bob', '2', '用户'];
    const { outcomes } = await app.messages.send(textTo(...targets));
    const ids = new Map(app.emulator.messages.map(({ target, id }) => [target, id]));
    expect(ids.size).toBe(5);
    expect(outcomes).toEqual(
      targets.map((target) => ({ target, status: 'sent', messageId: ids.get(target) })),
    );
  });

  it('are those of the targets that the message had when it was passed to send()', async () => {
    const target = ['alice', 'bob'];
    const sending = app.messages.send({ ...textTo(), target });
    target.splice(0, 2, 'mallory');
    expect((await sending).outcomes.map((outcome) => outcome.target)).toEqual(['alice', 'bob']);
    expect(app.delivered()).toEqual(['alice', 'bob']);
  });

  it('have no ID where the response contains success', async () => {
    respondWith('{"data":{"bob":"success"}}');
    expect((await app.messages.send(textTo('bob'))).outcomes).toEqual([{ target: 'bob', status: 'sent' }]);
  });

  it.each([
    ['a string', '"1500000000000000001"', '1500000000000000001'],
    ['a bare number beyond 2^53', '1500000000000000001', '1500000000000000001'],
    ['a small number', '42', '42'],
  ])('have a string for an ID that comes as %s', async (_, json, messageId) => {
    respondWith(`{"data":{"bob":${json}}}`);
    const { outcomes, response } = await app.messages.send(textTo('bob'));
    expect(outcomes).toEqual([{ target: 'bob', status: 'sent', messageId }]);
    expect(JSON.stringify(response)).toContain(messageId);
  });

  it('are unknown for the targets that the response does not name', async () => {
    app.emulator.failNext({ omitTargets: ['bob', 'dave'] });
    const { outcomes } = await app.messages.send(textTo('alice', 'bob', 'carol', 'dave'));
    expect(outcomes.map(({ target, status }) => `${target} ${status}`)).toEqual([
      'alice sent',
      'bob unknown',
      'carol sent',
      'dave unknown',
    ]);
    expect(outcomes[1]).not.toHaveProperty('messageId');
    expect(outcomes[1]?.error).toMatchObject({
      name: 'EasemobError',
      kind: 'server',
      sent: 'maybe',
      attempts: 1,
    });
  });

  it.each([
    ['no data', '{"action":"post"}'],
    ['data that is a word', '{"data":"success"}'],
    ['data that is a list', '{"data":["bob"]}'],
    ['null for the target', '{"data":{"bob":null}}'],
    ['an empty ID', '{"data":{"bob":""}}'],
    ['an object for the target', '{"data":{"bob":{"id":"1"}}}'],
    ['only other targets', '{"data":{"alice":"1"}}'],
  ])('are unknown when a 200 has %s', async (_, body) => {
    respondWith(body);
    expect((await app.messages.send(textTo('bob'))).outcomes).toMatchObject([
      { target: 'bob', status: 'unknown' },
    ]);
  });

  it('are found in a response that names user IDs in lower case', async () => {
    respondWith('{"data":{"bob":"1","ALICE":"2"}}');
    expect((await app.messages.send(textTo('Bob', 'alice'))).outcomes).toEqual([
      { target: 'Bob', status: 'sent', messageId: '1' },
      { target: 'alice', status: 'sent', messageId: '2' },
    ]);
  });

  it('prefer the exact name over one of another case', async () => {
    respondWith('{"data":{"bob":"1","Bob":"2"}}');
    expect(
      (await app.messages.send(textTo('Bob', 'bob'))).outcomes.map(({ messageId }) => messageId),
    ).toEqual(['2', '1']);
  });

  it('are as many as the targets when one is listed twice', async () => {
    const { outcomes } = await app.messages.send(textTo('bob', 'alice', 'bob'));
    expect(outcomes.map(({ target, status }) => `${target} ${status}`)).toEqual([
      'bob sent',
      'alice sent',
      'bob sent',
    ]);
    expect(outcomes[0]?.messageId).toBe(outcomes[2]?.messageId);
    expect(app.calls()).toHaveLength(1);
  });

  const MEMBERS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

  it('are right for user IDs that are names of object members', async () => {
    const { outcomes } = await app.messages.send(textTo(...MEMBERS));
    expect(app.delivered()).toEqual(MEMBERS);
    expect(outcomes).toEqual(
      app.emulator.messages.map(({ target, id }) => ({ target, status: 'sent', messageId: id })),
    );
  });

  it('are unknown for such user IDs when the response does not name them', async () => {
    respondWith('{"data":{}}');
    const { outcomes } = await app.messages.send(textTo(...MEMBERS));
    expect(outcomes.map(({ status }) => status)).toEqual(MEMBERS.map(() => 'unknown'));
  });
});
