import { onTestFailed } from 'vitest';

/** The modulus and the multiplier of a Lehmer generator: every state but 0 leads through all others. */
const MODULUS = 2 ** 31 - 1;
const MULTIPLIER = 48_271;

/**
 * Returns a source of numbers from 0 to below 1, for one test. If the test fails, its seed is printed; `SEED=<seed>` in the
 * environment repeats the numbers.
 */
export function seededRandom(): () => number {
  const seed = Number(process.env['SEED'] ?? 1 + Math.floor(Math.random() * (MODULUS - 1)));
  onTestFailed(() => void process.stdout.write(`SEED=${seed}\n`));
  let state = seed;
  return () => {
    state = (state * MULTIPLIER) % MODULUS;
    return (state - 1) / MODULUS;
  };
}
