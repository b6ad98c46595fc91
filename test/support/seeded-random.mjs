/** The modulus and the multiplier of a Lehmer generator: from any state but 0 it runs through all the others. */
const MODULUS = 2 ** 31 - 1;
const MULTIPLIER = 48_271;

/** The seed of this run: `EASEMOB_SEED`, or a random one. */
export const seed = Number(process.env.EASEMOB_SEED ?? Math.floor(Math.random() * MODULUS));

/** Numbers from 0 to below 1, the same for the same seed. */
export function createRandom() {
  let state = 1 + (Math.abs(seed) % (MODULUS - 1));
  return () => {
    state = (state * MULTIPLIER) % MODULUS;
    return (state - 1) / MODULUS;
  };
}
