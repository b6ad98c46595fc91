import type { EmulatorFault } from 'nestjs-easemob/testing';

/** A row of a table test: a fault, the name that follows "after" in the title, and whether the request is accepted. */
export type FaultRow = readonly [name: string, fault: EmulatorFault, isAccepted: boolean];

/** Faults after which the client cannot know whether Easemob accepted the request. */
export const UNCERTAIN_FAULTS: readonly FaultRow[] = [
  ['a 408', { status: 408 }, false],
  ['a 500', { status: 500 }, false],
  ['an HTML 502', { status: 502, body: '<html>Bad Gateway</html>' }, false],
  ['a 504', { status: 504 }, false],
  ['an empty 200', { status: 200, body: '' }, false],
  ['a 200 that is not JSON', { garbage: true }, true],
  ['a reset before the request was accepted', { reset: 'before' }, false],
  ['a reset after the request was accepted', { reset: 'after' }, true],
  ['a truncated response', { truncate: true }, true],
];
