/**
 * `npm run test:peers`: installs the packed package with the oldest and with the newest version of every peer dependency
 * that package.json promises, and runs `consumer.mjs` with each. A version range that promises too much fails here.
 */
import { deepEqual } from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inTemporaryDirectory, install, npm, run } from '../support/npm.mjs';

const CONSUMER_LIMIT_MS = 40_000;
const ROOT = join(import.meta.dirname, '../../..');

const EXPECTED = {
  sent: ['user2 sent'],
  delivered: [['user2', 'hello']],
  refused: 'validation',
  uploaded: ['hello.txt'],
  stores: ['RedisTokenStore', 'RedisRateLimitStore'],
};

const readJson = async (path) => JSON.parse(await readFile(path, 'utf8'));

/** The oldest version of a range such as `^4.0.0 || ^12.0.0`. */
function oldestOf(range) {
  const [, version] = /^\^(\d+\.\d+\.\d+)(?: |$)/.exec(range) ?? [];
  if (!version) throw new Error(`The range ${range} does not begin with a caret and a version.`);
  return version;
}

/** The range whose newest version npm installs. */
const newestOf = (range) => range.split(' || ').at(-1);

/** Installs the tarball with these peers, runs the consumer there, and prints what was installed. */
async function check(name, tarball, peers, directory) {
  const started = Date.now();
  await mkdir(directory);
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await copyFile(join(import.meta.dirname, 'consumer.mjs'), join(directory, 'consumer.mjs'));
  await install(
    [tarball, ...Object.entries(peers).map(([peer, version]) => `${peer}@${version}`)],
    directory,
  );

  const installed = await Promise.all(
    Object.keys(peers).map(async (peer) => {
      const { version } = await readJson(join(directory, 'node_modules', peer, 'package.json'));
      return `${peer} ${version}`;
    }),
  );
  const limits = { cwd: directory, limitMs: CONSUMER_LIMIT_MS };
  const { stdout, stderr } = await run(process.execPath, ['consumer.mjs'], limits);
  deepEqual({ seen: JSON.parse(stdout), stderr }, { seen: EXPECTED, stderr: '' });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${name}, ${seconds} s: ${installed.join(', ')}\n`);
}

await inTemporaryDirectory(async (directory) => {
  const { peerDependencies } = await readJson(join(ROOT, 'package.json'));
  const [packed] = JSON.parse(
    await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', directory], ROOT),
  );
  const tarball = join(directory, packed.filename);
  const choose = (of) =>
    Object.fromEntries(Object.entries(peerDependencies).map(([peer, range]) => [peer, of(range)]));
  const checks = await Promise.allSettled([
    check('oldest peers', tarball, choose(oldestOf), join(directory, 'oldest')),
    check('newest peers', tarball, choose(newestOf), join(directory, 'newest')),
  ]);
  for (const { reason } of checks.filter(({ status }) => status === 'rejected')) {
    process.exitCode = 1;
    process.stderr.write(`${reason.stack}\n`);
  }
});
