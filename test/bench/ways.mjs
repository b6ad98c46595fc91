import { HttpService } from '@nestjs/axios';
import { Test } from '@nestjs/testing';
import { create } from 'axios';
import { EasemobModule, MessageService } from 'nestjs-easemob';
import { firstValueFrom } from 'rxjs';
import { Pool } from 'undici';

const PATH = '/easemob-demo/testapp/messages?useMsgId=true';
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json',
  authorization: 'Bearer YWMt-bench',
};

/** The ways to send one message that are compared. Each is a function that sends and reads the response. */
export async function createWays(port, connections) {
  const origin = `http://127.0.0.1:${port}`;

  const pool = new Pool(origin, { connections });
  const byPool = async (message) => {
    const { body } = await pool.request({
      method: 'POST',
      path: PATH,
      headers: HEADERS,
      body: JSON.stringify(message),
    });
    return body.json();
  };

  const http = new HttpService(create());
  const byHand = async (message) => {
    const { data } = await firstValueFrom(http.post(origin + PATH, message, { headers: HEADERS }));
    return data;
  };

  const moduleRef = await Test.createTestingModule({
    imports: [
      EasemobModule.forRoot({
        host: origin,
        appKey: 'easemob-demo#testapp',
        clientId: 'bench',
        clientSecret: 'bench-secret',
        rateLimit: false,
        http: { connections },
      }),
    ],
  }).compile();
  const messages = moduleRef.get(MessageService);
  const bySendText = (message) => messages.sendText(message);

  return {
    ways: {
      'undici Pool': byPool,
      'HttpService.post by hand': byHand,
      'MessageService.sendText': bySendText,
    },
    async close() {
      await moduleRef.close();
      await pool.close();
    },
  };
}
