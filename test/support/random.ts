import { onTestFailed } from 'vitest';
import { createRandom, seed } from './seeded-random.mjs';

/**
 * Returns a source of numbers from 0 to below 1, for one test. If the test fails, its seed is printed; `EASEMOB_SEED=<seed>`
 * in the environment repeats the numbers.
 */
export function seededRandom(): () => number {
  onTestFailed(() => void process.stdout.write(`EASEMOB_SEED=${seed}\n`));
  return createRandom();
}
