/**
 * `npm run soak -- [seconds] [callers]`: many callers send through an Easemob that misbehaves, and the end is an account:
 * every message reported sent was delivered exactly once, none reported failed was delivered, what is unknown was delivered
 * at most once, the rate limit was never broken, and memory and sockets are back where they began.
 */
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Test } from '@nestjs/testing';
import { EasemobModule, isEasemobError, MessageService } from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';

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

/** What stops everybody for a second or more, and so must be rare for anything to happen. */
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

const account = { sends: 0, sent: 0, failed: 0, unknown: 0, delivered: 0, broken: [] };
/** Targets whose delivery may still come late, or must never come. */
const open = new Map();

// The first run warms everything up, so that the second can be held against its end.
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
const isClean = account.broken.length === 0 && refusals.calls + refusals.messages === 0;
const isFlat = grown < HEAP_SLACK_BYTES && after.sockets <= before.sockets;
write(`
| account | |
| --- | ---: |
| sends | ${account.sends} |
| targets sent | ${account.sent} |
| targets failed | ${account.failed} |
| targets unknown | ${account.unknown} |
| delivered | ${account.delivered} |
| sent and not delivered once, failed and delivered, unknown and delivered twice | ${account.broken.length} |
| refused for their rate | ${refusals.calls + refusals.messages} |
| tokens issued | ${tokensIssued} |
| heap, MB: before, after | ${mb(before.heap)}, ${mb(after.heap)} |
| sockets: before, after | ${before.sockets}, ${after.sockets} |
`);
for (const problem of account.broken.slice(0, 10)) write(`BROKEN: ${String(problem)}\n`);
if (!isClean || !isFlat) process.exitCode = 1;

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
  const misbehaving = misbehave(endsAt);
  await Promise.all(Array.from({ length: callers }, () => call(messages, endsAt)));
  await misbehaving;
  emulator.clearFaults();
  await moduleRef.close();
}

async function call(messages, endsAt) {
  while (performance.now() < endsAt) {
    const target = Array.from(
      { length: 1 + Math.floor(Math.random() * 3) },
      (_, index) => `t${account.sends}.${index}`,
    );
    account.sends += 1;
    try {
      const { outcomes } = await messages.sendText({ target_type: 'users', target, msg: { msg: 'soak' } });
      for (const outcome of outcomes) count(outcome.target, outcome.status);
    } catch (error) {
      if (!isEasemobError(error)) throw error;
      for (const id of target) count(id, error.sent === 'no' ? 'failed' : 'unknown');
    }
  }
}

async function misbehave(endsAt) {
  while (performance.now() < endsAt) {
    const faults = Math.random() < 0.002 ? RARE_FAULTS : FAULTS;
    emulator.failNext(faults[Math.floor(Math.random() * faults.length)], 1, { path: '/messages' });
    if (Math.random() < 0.01) emulator.revokeTokens();
    await sleep(40 * Math.random());
  }
}

function count(target, status) {
  account[status] += 1;
  if (status === 'sent') close(target, status);
  else open.set(target, status);
}

function settleOpen() {
  for (const [target, status] of open) close(target, status);
  open.clear();
  for (const [target, times] of delivered)
    account.broken.push(`${target} was delivered ${times} times and nobody sent it`);
  delivered.clear();
}

function close(target, status) {
  const times = delivered.get(target) ?? 0;
  delivered.delete(target);
  account.delivered += times;
  const isRight = status === 'sent' ? times === 1 : status === 'failed' ? times === 0 : times <= 1;
  if (!isRight) account.broken.push(`${target} is ${status} and was delivered ${times} times`);
}

function mb(bytes) {
  return (bytes / 1024 / 1024).toFixed(1);
}

function write(text) {
  process.stdout.write(text);
}
