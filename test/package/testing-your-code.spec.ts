import { Test, type TestingModule } from '@nestjs/testing';
import { EasemobModule, MessageService, type TextMessage } from 'nestjs-easemob';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { afterAll, beforeAll, expect, it } from 'vitest'; // Jest has these as globals

let emulator: EasemobEmulator;
let moduleRef: TestingModule;
const message: TextMessage = { target_type: 'users', target: ['user2'], msg: { msg: 'It is on its way.' } };

beforeAll(async () => {
  emulator = await EasemobEmulator.start();
  const easemob = EasemobModule.forRoot({ ...emulator.moduleOptions, retry: { minDelayMs: 1 } });
  moduleRef = await Test.createTestingModule({ imports: [easemob] }).compile(); // and what you test
});

afterAll(async () => {
  await moduleRef.close();
  await emulator.stop();
});

it('tells the buyer although Easemob is busy', async () => {
  emulator.failNext({ status: 503 }, 2, { path: '/messages' });
  await moduleRef.get(MessageService).sendText(message);
  expect(emulator.messages).toMatchObject([{ target: 'user2', msg: { msg: 'It is on its way.' } }]);
});

it('does not tell the buyer twice when the response is lost', async () => {
  emulator.reset();
  emulator.failNext({ reset: 'after' }, 1, { path: '/messages' });
  const sending = moduleRef.get(MessageService).sendText(message);
  await expect(sending).rejects.toMatchObject({ kind: 'network', sent: 'maybe' });
  expect(emulator.messages).toHaveLength(1);
});
