import { describe, expect, it } from 'vitest';
import { outcomesOf } from './outcomes.js';

describe('outcomesOf', () => {
  it.each<[string, unknown, object]>([
    ['an ID', 'id-1', { status: 'sent', messageId: 'id-1' }],
    ['an ID that is a number', 7, { status: 'sent', messageId: '7' }],
    ['the word success', 'success', { status: 'sent' }],
    ['nothing', undefined, { status: 'unknown' }],
    ['null', null, { status: 'unknown' }],
    ['an empty string', '', { status: 'unknown' }],
    ['false', false, { status: 'unknown' }],
    ['an object', {}, { status: 'unknown' }],
  ])('reads %s', (_, value, outcome) => {
    expect(outcomesOf(['bob'], { data: { bob: value } }, 1)).toMatchObject([{ target: 'bob', ...outcome }]);
  });

  it.each([undefined, null, 'success', ['bob'], 1])('leaves every target unknown when data is %j', (data) => {
    expect(outcomesOf(['bob', 'alice'], { data }, 1)).toMatchObject([
      {
        target: 'bob',
        status: 'unknown',
        error: { kind: 'server', retryable: false, sent: 'maybe', attempts: 1 },
      },
      { target: 'alice', status: 'unknown' },
    ]);
  });

  it('gives each unknown target its own error', () => {
    const [first, second] = outcomesOf(['a', 'b'], {}, 1);
    expect(first?.error).not.toBe(second?.error);
  });

  it('finds a target in another case only when data does not have it in its own', () => {
    const data = { bob: '1', BOB: '2', alice: '3' };
    expect(outcomesOf(['BOB', 'bob', 'Alice'], { data }, 1).map(({ messageId }) => messageId)).toEqual([
      '2',
      '1',
      '3',
    ]);
  });

  it('gives no target the ID of another', () => {
    const statuses = outcomesOf(['Bob', 'bob'], { data: { bob: '1' } }, 1).map(({ status }) => status);
    expect(statuses).toEqual(['unknown', 'sent']);
  });

  it('takes nothing from the prototype of data', () => {
    const targets = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
    expect(outcomesOf(targets, { data: {} }, 1).every(({ status }) => status === 'unknown')).toBe(true);
    const data = JSON.parse('{"__proto__":"1","constructor":"2"}') as unknown;
    expect(outcomesOf(['__proto__', 'constructor'], { data }, 1).map(({ messageId }) => messageId)).toEqual([
      '1',
      '2',
    ]);
  });

  it('is empty for no targets', () => {
    expect(outcomesOf([], { data: { bob: '1' } }, 1)).toEqual([]);
  });
});
