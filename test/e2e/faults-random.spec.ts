import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import * as fc from 'fast-check';
import { type EasemobModuleOptions, isEasemobError } from 'nestjs-easemob';
import type { EasemobEmulator, EmulatorFault } from 'nestjs-easemob/testing';
import { describe, expect, it } from 'vitest';
import { startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';
import { userIds } from '../support/user-ids.js';

/** Longer than any delay of a schedule. After it, Easemob delays no request any more. */
const LONGEST_DELAY_MS = 100;
const TIMEOUT_MS = 50;
/** How many schedules each property runs, and how many of them at a time. */
const RUNS = 60;
const LANES = 4;

const STATUSES = [200, 204, 302, 303, 400, 401, 403, 404, 408, 409, 413, 429, 499, 500, 502, 503, 504];
const millis = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: LONGEST_DELAY_MS - 20 }));
const fault: fc.Arbitrary<EmulatorFault> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record(
      {
        status: fc.constantFrom(...STATUSES),
        body: fc.constantFrom('', '<html>', '{"data":{"', '{}', '{"error":"resource_limited"}'),
        delayMs: millis,
      },
      { requiredKeys: ['status'] },
    ),
  },
  fc.record({ delayMs: millis }),
  fc.record(
    { reset: fc.constantFrom('before' as const, 'after' as const), delayMs: millis },
    { requiredKeys: ['reset'] },
  ),
  fc.record({ garbage: fc.constant(true as const), delayMs: millis }, { requiredKeys: ['garbage'] }),
  fc.record({ truncate: fc.constant(true as const), delayMs: millis }, { requiredKeys: ['truncate'] }),
  fc.record({ slowBodyMs: millis }),
  fc.record({ omitTargets: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ gzip: fc.constant(true as const) }),
);

interface Schedule {
  readonly faults: readonly { fault: EmulatorFault; times: number; path: string }[];
  /** How many targets each send has, and how long after the start it begins. */
  readonly sends: readonly { targets: number; atMs: number; abortMs: number | undefined }[];
  /** When every token is revoked. */
  readonly revocations: readonly number[];
  readonly retries: boolean;
  readonly isLimited: boolean;
  readonly useMsgId: boolean;
  readonly connections: number;
}

const schedule: fc.Arbitrary<Schedule> = fc.record({
  faults: fc.array(
    fc.record({
      fault,
      times: fc.integer({ min: 1, max: 3 }),
      // Rare, because without a token there is no send.
      path: fc.oneof({ weight: 15, arbitrary: fc.constant('/messages') }, fc.constant('/token')),
    }),
    { maxLength: 6 },
  ),
  sends: fc.array(
    fc.record({
      targets: fc.integer({ min: 1, max: 4 }),
      atMs: fc.integer({ min: 0, max: 60 }),
      abortMs: fc.option(fc.integer({ min: 0, max: 80 }), { freq: 5, nil: undefined }),
    }),
    { minLength: 2, maxLength: 10 },
  ),
  revocations: fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 2 }),
  retries: fc.boolean(),
  isLimited: fc.boolean(),
  useMsgId: fc.boolean(),
  connections: fc.constantFrom(1, 2, 64),
});

/** What the caller learned of a target, by its outcome or by the error of the send, and how often Easemob delivered to it. */
interface Report {
  readonly target: string;
  readonly reported: 'sent' | 'unknown' | 'no' | 'maybe';
  readonly deliveries: number;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a schedule to its end and returns a report of every target. */
async function run(plan: Schedule, unsafeSends: boolean): Promise<readonly Report[]> {
  const options: Partial<EasemobModuleOptions> = {
    retry: plan.retries && { attempts: 3, minDelayMs: 1, maxDelayMs: 10, maxTotalMs: 300, unsafeSends },
    rateLimit: plan.isLimited && { users: { messages: { count: 12, windowMs: 100 } }, maxWaitMs: 300 },
    http: { timeoutMs: TIMEOUT_MS, connections: plan.connections },
  };
  const app = await startEasemob(options, { limits: { rate: false } });
  try {
    for (const { fault: next, times, path } of plan.faults) app.emulator.failNext(next, times, { path });
    const revoking = plan.revocations.map(async (atMs) => {
      await wait(atMs);
      app.emulator.revokeTokens();
    });
    const reported = await Promise.all(
      plan.sends.map(async ({ targets: count, atMs, abortMs }, index) => {
        const targets = userIds(count, `send${index}-`);
        await wait(atMs);
        const signal = abortMs === undefined ? undefined : AbortSignal.timeout(abortMs);
        return app.messages
          .sendText(textTo(...targets), { useMsgId: plan.useMsgId, ...(signal && { signal }) })
          .then(
            ({ outcomes }) => {
              expect(outcomes.map(({ target }) => target)).toEqual(targets);
              return outcomes.map(({ target, status }) => ({
                target,
                reported: status as Report['reported'],
              }));
            },
            (error: unknown) => {
              if (!isEasemobError(error)) throw error;
              return targets.map((target) => ({ target, reported: error.sent }));
            },
          );
      }),
    );
    await Promise.all(revoking);
    await untilNothingIsHeldBack(app.emulator);
    return reported.flat().map(({ target, reported: state }) => ({
      target,
      reported: state,
      deliveries: app.delivered().filter((each) => each === target).length,
    }));
  } finally {
    await app.emulator.stop();
    await app.stop();
  }
}

/** Resolves after the response to a request that Easemob delays longer than every other. */
async function untilNothingIsHeldBack(emulator: EasemobEmulator): Promise<void> {
  emulator.clearFaults();
  emulator.failNext({ status: 204, delayMs: LONGEST_DELAY_MS });
  const request = httpRequest(`${emulator.url}/barrier`, { agent: false });
  request.end();
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
  response.resume();
}

const targetsOf = ({ sends }: Schedule): number => sends.reduce((sum, { targets }) => sum + targets, 0);

/** Checks that the reports of every schedule name every target and are true. */
async function expectTrueReports(
  runPlan: (plan: Schedule) => Promise<readonly Report[]>,
  isTrue: (report: Report) => boolean,
): Promise<void> {
  const property = fc.asyncProperty(schedule, async (plan) => {
    const reports = await runPlan(plan);
    expect(reports).toHaveLength(targetsOf(plan));
    expect(reports.filter((report) => !isTrue(report))).toEqual([]);
  });
  // A schedule mostly waits, so several run at a time, each with its own emulator.
  const lanes = Array.from({ length: LANES }, () =>
    fc.assert(property, { numRuns: RUNS / LANES, endOnFailure: true }),
  );
  // Each lane ends before the test does, so that none reaches into the next test.
  const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

describe('under random faults, revocations and aborts, a send', () => {
  it(
    'reports every target once: "sent" is delivered once, "no" never, and the rest at most once',
    () =>
      expectTrueReports(
        (plan) => run(plan, false),
        ({ reported, deliveries }) =>
          reported === 'sent' ? deliveries === 1 : reported === 'no' ? deliveries === 0 : deliveries <= 1,
      ),
    120_000,
  );

  it(
    'with unsafeSends reports every target once: "sent" is delivered at least once and "no" never',
    () =>
      expectTrueReports(
        (plan) => run({ ...plan, retries: true }, true),
        ({ reported, deliveries }) =>
          reported === 'sent' ? deliveries >= 1 : reported !== 'no' || deliveries === 0,
      ),
    120_000,
  );
});
