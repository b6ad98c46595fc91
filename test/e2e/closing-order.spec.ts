import { setTimeout as wait } from 'node:timers/promises';
import { Global, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { type EasemobModuleOptions, MessageService } from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Registration, registrations } from '../support/registrations.js';
import { textTo } from '../support/text-message.js';

const HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;
type Hook = (typeof HOOKS)[number];

/** What a worker of a queue does with a job: it sends, does something else, and sends again. */
class Worker {
  failure: unknown;
  private active: Promise<void> | undefined;

  constructor(private readonly messages: MessageService) {}

  takeJob(): void {
    this.active = this.work().catch((error: unknown) => {
      this.failure = error;
    });
  }

  async finish(): Promise<void> {
    await this.active;
  }

  private async work(): Promise<void> {
    await this.messages.sendText(textTo('first'));
    await wait(50);
    await this.messages.sendText(textTo('second'));
  }
}

/** A worker that finishes its job when the application closes, in one of the hooks of Nest. */
function workerFor(hook: Hook): new (messages: MessageService) => Worker {
  @Injectable()
  class ClosingWorker extends Worker {
    // oxlint-disable-next-line no-useless-constructor -- Nest reads the types of the parameters here
    constructor(messages: MessageService) {
      super(messages);
    }
  }
  Object.defineProperty(ClosingWorker.prototype, hook, {
    value(this: Worker) {
      return this.finish();
    },
  });
  return ClosingWorker;
}

type Imports = NonNullable<ModuleMetadata['imports']>;
type ImportsFor = (easemob: Imports[number], worker: new (messages: MessageService) => Worker) => Imports;

/** Where the worker and the module of Easemob are in the application, both the nearest and the farthest from the root. */
const PLACES: Readonly<Record<string, ImportsFor>> = {
  'in a module that imports Easemob': (easemob, worker) => {
    @Module({ imports: [easemob], providers: [worker] })
    class FeatureModule {}
    return [FeatureModule];
  },
  'in a module below one that imports Easemob': (easemob, worker) => {
    @Module({ imports: [easemob], providers: [worker] })
    class FeatureModule {}
    @Module({ imports: [FeatureModule] })
    class MiddleModule {}
    return [easemob, MiddleModule];
  },
  'in a global module before Easemob': (easemob, worker) => {
    @Global()
    @Module({ imports: [easemob], providers: [worker] })
    class QueueModule {}
    return [QueueModule, easemob];
  },
  'in a global module after Easemob': (easemob, worker) => {
    @Global()
    @Module({ imports: [easemob], providers: [worker] })
    class QueueModule {}
    return [easemob, QueueModule];
  },
  'in a module that is deeper than Easemob and finds the service by itself': (easemob, worker) => {
    const lookedUp = {
      provide: worker,
      useFactory: (moduleRef: ModuleRef) =>
        new worker({
          sendText: (message: Parameters<MessageService['sendText']>[0]) =>
            moduleRef.get(MessageService, { strict: false }).sendText(message),
        } as MessageService),
      inject: [ModuleRef],
    };
    @Module({ providers: [lookedUp] })
    class DeepestModule {}
    @Module({ imports: [DeepestModule] })
    class MiddleModule {}
    return [easemob, MiddleModule];
  },
};

let emulator: EasemobEmulator;
let app: TestingModule;
beforeEach(async () => {
  emulator = await EasemobEmulator.start();
});
afterEach(() => emulator.stop());

async function start(
  registration: Registration,
  place: ImportsFor,
  hook: Hook,
  options: Partial<EasemobModuleOptions> & { isGlobal: boolean },
): Promise<Worker> {
  const worker = workerFor(hook);
  const imports = place(registration.register({ ...emulator.moduleOptions, ...options }), worker);
  app = await Test.createTestingModule({ imports }).compile();
  await app.init();
  return app.get(worker, { strict: false });
}

describe.each(registrations)(
  'with $name, a job that is active when the application closes',
  (registration) => {
    const cases = Object.entries(PLACES).flatMap(([place, importsFor]) =>
      HOOKS.flatMap((hook) => [true, false].map((isGlobal) => ({ place, importsFor, hook, isGlobal }))),
    );

    it.each(cases)(
      'still sends: finished in $hook, $place, isGlobal: $isGlobal',
      async ({ importsFor, hook, isGlobal }) => {
        const worker = await start(registration, importsFor, hook, { isGlobal });
        worker.takeJob();
        await app.close();
        expect(worker.failure).toBeUndefined();
        expect(emulator.messages.map(({ target }) => target)).toEqual(['first', 'second']);
        await expect(
          app.get(MessageService, { strict: false }).sendText(textTo('late')),
        ).rejects.toMatchObject({
          kind: 'aborted',
          message: 'The module is closed. Nothing was sent.',
        });
      },
    );
  },
);

it('a job that waits for its permit or its next attempt when the application closes still sends', async () => {
  const [registration] = registrations;
  const place = PLACES['in a global module before Easemob'];
  if (!registration || !place) throw new Error('There is no such case.');
  const worker = await start(registration, place, 'onApplicationShutdown', {
    isGlobal: false,
    rateLimit: { users: { messages: { count: 1, windowMs: 200 } } },
    retry: { minDelayMs: 100, maxDelayMs: 100 },
  });
  emulator.failNext({ status: 503 }, 2, { path: '/messages' });
  worker.takeJob();
  await app.close();
  expect(worker.failure).toBeUndefined();
  expect(emulator.messages.map(({ target }) => target)).toEqual(['first', 'second']);
});
