/**
 * `npm run bench`: the cost of a send as ratios between ways to send. The ways alternate in short rounds, so that other load
 * on the machine affects them alike, and the median of the rounds counts. `--check` fails unless the promised ratios hold.
 */
import 'reflect-metadata';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createWays } from './ways.mjs';

const IN_FLIGHT = 64;
const ROUNDS = 9;
const SMALL = { sends: 1500, targets: 1 };
const LARGE = { sends: 60, targets: 600 };
const PROMISES = [
  ['throughput of HttpService.post by hand', 'at least', 3],
  ['CPU per send of HttpService.post by hand', 'at most', 0.35],
  ['throughput of a bare undici Pool', 'at least', 0.34],
  ['CPU that a 600-target send adds to a bare undici Pool, ms', 'at most', 0.5],
];

const server = fork(fileURLToPath(new URL('./server.mjs', import.meta.url)), {
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
});
const [line] = await once(server.stdout, 'data');
const comparison = await createWays(Number(line), IN_FLIGHT);
const { ways } = comparison;

const small = await measure(SMALL);
const large = await measure(LARGE);
await comparison.close();
server.disconnect();

const [pool, byHand, sendText] = Object.keys(ways);
print(`1 target, ${IN_FLIGHT} in flight, median of ${ROUNDS} rounds of ${SMALL.sends}`, small);
print(
  `${LARGE.targets} targets, ${IN_FLIGHT} in flight, median of ${ROUNDS} rounds of ${LARGE.sends}`,
  large,
);

const figures = [
  small[sendText].perSecond / small[byHand].perSecond,
  small[sendText].cpuMicros / small[byHand].cpuMicros,
  small[sendText].perSecond / small[pool].perSecond,
  (large[sendText].cpuMicros - large[pool].cpuMicros) / 1000,
];
write('| MessageService.sendText, against | promised | measured |\n| --- | --- | --- |\n');
let isKept = true;
for (const [index, [figureName, relation, bound]] of PROMISES.entries()) {
  const figure = figures[index];
  isKept &&= relation === 'at least' ? figure >= bound : figure <= bound;
  write(`| ${figureName} | ${relation} ${bound} | ${figure.toFixed(2)} |\n`);
}
if (process.argv.includes('--check') && !isKept) process.exitCode = 1;

async function measure({ sends, targets }) {
  const message = {
    target_type: 'users',
    target: Array.from({ length: targets }, (_, index) => `user${index}`),
    msg: { type: 'txt', msg: 'testmessage' },
    from: 'user1',
  };
  const rounds = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, send] of Object.entries(ways)) {
      const result = await inFlight(() => send(message), sends);
      // The first round warms up.
      if (round >= 0) rounds[name].push(result);
    }
  }
  return Object.fromEntries(
    Object.entries(rounds).map(([name, results]) => [
      name,
      {
        perSecond: median(results.map(({ perSecond }) => perSecond)),
        cpuMicros: median(results.map(({ cpuMicros }) => cpuMicros)),
      },
    ]),
  );
}

async function inFlight(send, sends) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let left = sends;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left > 0) {
        left -= 1;
        await send();
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (sends * 1000) / (performance.now() - start), cpuMicros: (user + system) / sends };
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function print(title, results) {
  const base = results[Object.keys(ways)[1]];
  write(
    `\n${title}\n\n| way | sends/s | ratio | CPU µs/send | ratio |\n| --- | ---: | ---: | ---: | ---: |\n`,
  );
  for (const [name, { perSecond, cpuMicros }] of Object.entries(results)) {
    const cells = [
      perSecond.toFixed(0),
      (perSecond / base.perSecond).toFixed(2),
      cpuMicros.toFixed(0),
      (cpuMicros / base.cpuMicros).toFixed(2),
    ];
    write(`| ${name} | ${cells.join(' | ')} |\n`);
  }
  write('\n');
}

function write(text) {
  process.stdout.write(text);
}
