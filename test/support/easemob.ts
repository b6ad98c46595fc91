import { Test, type TestingModule } from '@nestjs/testing';
import { FileService, MessageService, TokenService, type EasemobModuleOptions } from 'nestjs-easemob';
import { EasemobEmulator, type EmulatedRequest } from 'nestjs-easemob/testing';
import { type Registration, registrations } from './registrations.js';

/** A module against a local Easemob, with everything a test asks it for. */
export interface EasemobTest {
  readonly emulator: EasemobEmulator;
  readonly moduleRef: TestingModule;
  readonly messages: MessageService;
  readonly files: FileService;
  readonly tokens: TokenService;
  /** What arrived besides requests for tokens. */
  calls(): readonly EmulatedRequest[];
  stop(): Promise<void>;
}

/** Starts a local Easemob and a module that talks to it; retries are quick so that tests need not wait. */
export async function startEasemob(
  options: Partial<EasemobModuleOptions> = {},
  emulatorOptions: Parameters<typeof EasemobEmulator.start>[0] = {},
  registration: Registration | undefined = registrations[0],
): Promise<EasemobTest> {
  if (!registration) throw new Error('There is no way to register the module.');
  const emulator = await EasemobEmulator.start(emulatorOptions);
  const moduleRef = await Test.createTestingModule({
    imports: [
      registration.register({
        ...emulator.moduleOptions,
        retry: { minDelayMs: 1, maxDelayMs: 5 },
        ...options,
      }),
    ],
  }).compile();
  await moduleRef.init();
  return {
    emulator,
    moduleRef,
    messages: moduleRef.get(MessageService),
    files: moduleRef.get(FileService),
    tokens: moduleRef.get(TokenService),
    calls: () => emulator.requests.filter(({ path }) => !path.endsWith('/token')),
    async stop() {
      await moduleRef.close();
      await emulator.stop();
    },
  };
}
