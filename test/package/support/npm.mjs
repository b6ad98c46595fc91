import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const INSTALL_LIMIT_MS = 240_000;

/** Runs a program until it ends. Rejects with its whole output if it fails or takes longer than it may. */
export async function run(file, args, { cwd, limitMs, env = process.env }) {
  const options = { cwd, env, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 };
  try {
    return await promisify(execFile)(file, args, options);
  } catch (error) {
    const reason = error.killed ? `It took longer than ${limitMs} ms.` : `It ended with ${error.code}.`;
    const output = [reason, error.stdout, error.stderr].filter(Boolean).join('\n');
    // oxlint-disable-next-line preserve-caught-error -- it would print the output twice
    throw new Error(`${[file, ...args].join(' ')}\n${output}`);
  }
}

/** Runs the npm that runs this script, with its registry. */
export async function npm(args, cwd) {
  const cli = process.env.npm_execpath;
  if (!cli) throw new Error('Start this script with "npm run".');
  const { stdout } = await run(process.execPath, [cli, ...args], { cwd, limitMs: INSTALL_LIMIT_MS });
  return stdout;
}

/** Installs packages into a directory that has no lock file. */
export function install(specifiers, cwd) {
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--prefer-offline'];
  return npm(['install', '--save-exact', '--strict-peer-deps', ...quiet, ...specifiers], cwd);
}

/** Gives `use` a new directory and removes it afterwards. */
export async function inTemporaryDirectory(use) {
  const directory = await mkdtemp(join(tmpdir(), 'nestjs-easemob-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
