import 'reflect-metadata';
import { createApp } from './create-app.js';

const app = await createApp();
await app.listen(process.env.PORT ?? 3000);
const url = (await app.getUrl()).replace('[::1]', 'localhost');
process.stdout.write(`
The sample application listens at ${url}. Open it in a browser, or send a message with

curl -s ${url}/messages/text -H 'Content-Type: application/json' -d '{"target_type":"users","target":["user2","user3"],"msg":{"type":"txt","msg":"testmessage"},"from":"user1"}'

`);
