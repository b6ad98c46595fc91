import { Test, type TestingModule } from '@nestjs/testing';
import { FileService, MessageService, TokenService, type EasemobModuleOptions } from 'nestjs-easemob';
import { EasemobEmulator, type EmulatedRequest, type EmulatorFault } from 'nestjs-easemob/testing';
import { deliveredBy, sendsTo, tokenRequestsTo } from './recorded-requests.js';
import { type Registration, registrations } from './registrations.js';

/** A module against a local Easemob, with everything that a test asks of both. */
export interface EasemobTest {
  readonly emulator: EasemobEmulator;
  readonly moduleRef: TestingModule;
  readonly messages: MessageService;
  readonly files: FileService;
  readonly tokens: TokenService;
  /** The requests that arrived, without those for tokens. */
  calls(): readonly EmulatedRequest[];
  /** The requests that arrived to send messages. */
  sends(): readonly EmulatedRequest[];
  /** The requests that arrived for tokens. */
  tokenRequests(): readonly EmulatedRequest[];
  /** The target of each delivered message, in the order of delivery. */
  delivered(): string[];
  /** Lets the next sends meet a fault. */
  failSends(fault: EmulatorFault, times?: number): void;
  stop(): Promise<void>;
}

/** Starts a local Easemob and a module that sends to it. Its retries are quick, so that tests need not wait. */
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
    sends: () => sendsTo(emulator),
    tokenRequests: () => tokenRequestsTo(emulator),
    delivered: () => deliveredBy(emulator),
    failSends: (fault, times = 1) => emulator.failNext(fault, times, { path: '/messages' }),
    async stop() {
      await moduleRef.close();
      await emulator.stop();
    },
  };
}
