/**
 * `npm run soak -- [seconds] [callers]`: many callers send messages while Easemob fails at random. The run succeeds if every
 * message reported as sent was delivered exactly once, none reported as failed was delivered, each unknown one was delivered
 * at most once, the rate limit was never exceeded, and memory and sockets are back to where they began. `EASEMOB_SEED`
 * repeats the random choices of a run.
 */
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Test } from '@nestjs/testing';
import { EasemobModule, isEasemobError, MessageService } from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { createRandom, seed } from '../support/seeded-random.mjs';

const seconds = Number(process.argv[2] ?? 30);
const callers = Number(process.argv[3] ?? 32);
const users = { callsPerSecond: 400, messages: { count: 60_000, windowMs: 60_000 } };
const HEAP_SLACK_BYTES = 16 * 1024 * 1024;
const FAULTS = [
  { status: 500 },
  { status: 502, body: '<html><body>Bad Gateway</body></html>' },
  { status: 503 },
  { status: 504 },
  { status: 401 },
  { reset: 'before' },
  { reset: 'after' },
  { garbage: true },
  { truncate: true },
  { gzip: true },
  { slowBodyMs: 50 },
  { delayMs: 30 },
  { delayMs: 700 },
  { omitTargets: 1 },
];

/** These pause all callers for a second or more, so they must be rare. */
const RARE_FAULTS = [
  { status: 429 },
  { status: 403, body: { error: 'message_send_error', error_description: 'message send reach limit' } },
  { status: 503, headers: { 'retry-after': '1' } },
];

const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCPSocket')).length;
const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const emulator = await EasemobEmulator.start({
  recordRequests: false,
  recordMessages: false,
  limits: { rate: { users }, volumeCheck: 'after' },
});
const delivered = new Map();
const subscription = emulator.messages$.subscribe(({ target }) =>
  delivered.set(target, (delivered.get(target) ?? 0) + 1),
);

const random = createRandom();
const pick = (list) => list[Math.floor(random() * list.length)];

const totals = { sends: 0, sent: 0, failed: 0, unknown: 0, delivered: 0, broken: [] };
/** Targets whose delivery may still come late, or must never come. */
const open = new Map();

// The first run warms everything up. The second is compared with the end of the first.
await run(Math.min(5, seconds));
await sleep(1000);
settleOpen();
const before = { heap: heap(), sockets: sockets() };
await run(seconds);
await sleep(1000);
settleOpen();
const after = { heap: heap(), sockets: sockets() };
subscription.unsubscribe();
const { refusals, tokensIssued } = emulator;
await emulator.stop();

const grown = after.heap - before.heap;
const isClean = totals.broken.length === 0 && refusals.calls + refusals.messages === 0;
const isFlat = grown < HEAP_SLACK_BYTES && after.sockets <= before.sockets;
write(`
| totals | |
| --- | ---: |
| sends | ${totals.sends} |
| targets sent | ${totals.sent} |
| targets failed | ${totals.failed} |
| targets unknown | ${totals.unknown} |
| delivered | ${totals.delivered} |
| sent but not delivered once, failed but delivered, unknown but delivered twice | ${totals.broken.length} |
| refused by the rate limit | ${refusals.calls + refusals.messages} |
| tokens issued | ${tokensIssued} |
| heap, MB: before, after | ${mb(before.heap)}, ${mb(after.heap)} |
| sockets: before, after | ${before.sockets}, ${after.sockets} |
| EASEMOB_SEED | ${seed} |
`);
for (const problem of totals.broken.slice(0, 10)) write(`BROKEN: ${String(problem)}\n`);
if (!isClean || !isFlat) {
  write(`FAILED with EASEMOB_SEED=${seed}\n`);
  process.exitCode = 1;
}

async function run(forSeconds) {
  const moduleRef = await Test.createTestingModule({
    imports: [
      EasemobModule.forRoot({
        ...emulator.moduleOptions,
        rateLimit: { users },
        retry: { attempts: 4, minDelayMs: 5, maxDelayMs: 50 },
        http: { timeoutMs: 500 },
      }),
    ],
  }).compile();
  moduleRef.useLogger(false);
  await moduleRef.init();
  const messages = moduleRef.get(MessageService);
  const endsAt = performance.now() + forSeconds * 1000;
  const failing = failAtRandom(endsAt);
  await Promise.all(Array.from({ length: callers }, () => call(messages, endsAt)));
  await failing;
  emulator.clearFaults();
  await moduleRef.close();
}

async function call(messages, endsAt) {
  while (performance.now() < endsAt) {
    const target = Array.from(
      { length: 1 + Math.floor(random() * 3) },
      (_, index) => `t${totals.sends}.${index}`,
    );
    totals.sends += 1;
    try {
      const { outcomes } = await messages.sendText({ target_type: 'users', target, msg: { msg: 'soak' } });
      for (const outcome of outcomes) count(outcome.target, outcome.status);
    } catch (error) {
      if (!isEasemobError(error)) throw error;
      for (const id of target) count(id, error.sent === 'no' ? 'failed' : 'unknown');
    }
  }
}

async function failAtRandom(endsAt) {
  while (performance.now() < endsAt) {
    emulator.failNext(pick(random() < 0.002 ? RARE_FAULTS : FAULTS), 1, { path: '/messages' });
    if (random() < 0.01) emulator.revokeTokens();
    await sleep(40 * random());
  }
}

function count(target, status) {
  totals[status] += 1;
  if (status === 'sent') close(target, status);
  else open.set(target, status);
}

function settleOpen() {
  for (const [target, status] of open) close(target, status);
  open.clear();
  for (const [target, times] of delivered)
    totals.broken.push(`${target} was delivered ${times} times but never sent`);
  delivered.clear();
}

function close(target, status) {
  const times = delivered.get(target) ?? 0;
  delivered.delete(target);
  totals.delivered += times;
  const isRight = status === 'sent' ? times === 1 : status === 'failed' ? times === 0 : times <= 1;
  if (!isRight) totals.broken.push(`${target} is ${status} but was delivered ${times} times`);
}

function mb(bytes) {
  return (bytes / 1024 / 1024).toFixed(1);
}

function write(text) {
  process.stdout.write(text);
}
