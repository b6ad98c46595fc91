import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './repository.js';

/** The package as a registry would serve it. */
export interface PackedFiles {
  readonly path: string;
  /** The paths inside it, sorted. */
  readonly files: readonly string[];
}

/** The packed tarball and its files. */
export interface Tarball extends PackedFiles {
  installInto(consumer: string): void;
  remove(): void;
}

/** Unpacks a tarball into `node_modules/nestjs-easemob` of a consumer, as an installation does. */
export function installTarball({ path }: PackedFiles, consumer: string): void {
  const home = join(consumer, 'node_modules', 'nestjs-easemob');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', path, '-C', home, '--strip-components=1']);
}

/**
 * Packs what was built.
 *
 * @throws Error when nothing was built
 */
export function packPackage(): Tarball {
  const directory = mkdtempSync(join(tmpdir(), 'nestjs-easemob-'));
  const report = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', directory],
    {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const [packed] = JSON.parse(report) as [{ filename: string; files: { path: string }[] }];
  const path = join(directory, packed.filename);
  const files = packed.files.map((file) => file.path).toSorted();
  if (!files.includes('dist/index.js'))
    throw new Error('There is nothing built to pack; run "npm run build".');
  return {
    path,
    files,
    installInto: (consumer) => installTarball({ path, files }, consumer),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
