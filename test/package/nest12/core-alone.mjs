// Loads the core and the emulator, and shows that ioredis is out of reach for them.
const core = await import('nestjs-easemob');
const testing = await import('nestjs-easemob/testing');
const ioredis = await import('ioredis').then(
  () => 'found',
  (error) => String(error),
);
process.stdout.write(
  JSON.stringify({ core: typeof core.EasemobModule, testing: typeof testing.EasemobEmulator, ioredis }),
);
