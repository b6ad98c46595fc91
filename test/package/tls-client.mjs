// Sends one message with the options of its argument, and prints the result. It is a separate process, because Node.js
// reads NODE_EXTRA_CA_CERTS only when it starts.
/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access -- plain JavaScript has no types */
import { NestFactory } from '@nestjs/core';
import { EasemobModule, MessageService, TokenService } from 'nestjs-easemob';

const options = JSON.parse(process.argv[2] ?? '{}');
const app = await NestFactory.createApplicationContext(EasemobModule.forRoot(options), { logger: ['error'] });
const message = { target_type: 'users', target: ['bob'], msg: { msg: 'hello bob' } };
const printed = await app
  .get(MessageService)
  .sendText(message)
  .then(
    async ({ outcomes }) => ({ outcomes, token: await app.get(TokenService).getToken() }),
    (error) => ({ error }),
  );
await app.close();
process.stdout.write(JSON.stringify(printed));
