// Loads the core and the emulator where ioredis cannot be loaded.
const core = await import('nestjs-easemob');
const testing = await import('nestjs-easemob/testing');
const ioredis = await import('ioredis').then(
  () => 'found',
  (error) => String(error),
);
process.stdout.write(
  JSON.stringify({ core: typeof core.EasemobModule, testing: typeof testing.EasemobEmulator, ioredis }),
);
