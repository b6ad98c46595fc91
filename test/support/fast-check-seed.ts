// fast-check prints the seed of a property that fails. `EASEMOB_SEED=<seed>` runs every property with that seed.
const seed = process.env['EASEMOB_SEED'];
if (seed !== undefined) {
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ seed: Number(seed) });
}
