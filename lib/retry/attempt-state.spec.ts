import { describe, expect, it } from 'vitest';
import { AttemptState } from './attempt-state.js';

describe('AttemptState', () => {
  it('counts an attempt once its request is sent, and not before', () => {
    const state = new AttemptState();
    expect([state.attempt, state.progress.attempts]).toEqual([1, 0]);
    state.count();
    state.count();
    expect([state.attempt, state.progress.attempts]).toEqual([1, 1]);
    state.next();
    expect([state.attempt, state.progress.attempts]).toEqual([2, 1]);
    state.defer();
    state.next();
    expect([state.attempt, state.progress.attempts]).toEqual([2, 1]);
    state.count();
    expect([state.attempt, state.progress.attempts]).toEqual([2, 2]);
  });

  it('never forgets that an attempt may have been accepted', () => {
    const state = new AttemptState();
    expect(state.progress.sent).toBe('no');
    state.learn('maybe');
    state.learn('no');
    expect(state.progress.sent).toBe('maybe');
  });

  it.each<[string, boolean[], boolean[]]>([
    ['a token of this process once', [false, false], [true, false]],
    ['a shared token and then one of this process', [true, false, false], [true, true, false]],
    ['two shared tokens', [true, true, true], [true, true, false]],
    ['a token of this process and then a shared one', [false, true, true], [true, true, false]],
  ])('replaces %s', (_, rejected, expected) => {
    const state = new AttemptState();
    expect(rejected.map((isFromSharedStore) => state.mayReplaceToken(isFromSharedStore))).toEqual(expected);
  });
});
