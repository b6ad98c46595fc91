import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { textTo } from '../support/text-message.js';

const everyRequest = (userAgent: string): Record<string, string> => ({
  'POST /token': userAgent,
  'POST /messages': userAgent,
  'POST /chatfiles': userAgent,
  'GET /chatfiles/{uuid}': userAgent,
});

describe('the User-Agent header', () => {
  let app: EasemobTest;
  afterEach(() => app.stop());

  /** The methods and paths of a token request, a send, an upload and a download, each with its `User-Agent`. */
  async function userAgents(): Promise<Record<string, unknown>> {
    await app.messages.sendText(textTo('bob'));
    const { uuid } = await app.files.upload(Buffer.from('x'));
    await once((await app.files.download(uuid)).resume(), 'end');
    return Object.fromEntries(
      app.emulator.requests.map(({ method, path, headers }) => [
        `${method} ${path.replace('/easemob-demo/testapp', '').replace(uuid, '{uuid}')}`,
        headers['user-agent'],
      ]),
    );
  }

  it('names the package, Node.js and their versions by default', async () => {
    app = await startEasemob();
    expect(await userAgents()).toEqual(
      everyRequest(`nestjs-easemob/${manifest.version} node/${process.versions.node}`),
    );
  });

  it('is http.userAgent where that is given', async () => {
    app = await startEasemob({ http: { userAgent: 'acme-shop/2.1 (café)' } });
    expect(await userAgents()).toEqual(everyRequest('acme-shop/2.1 (café)'));
  });

  it('is not replaced by an interceptor', async () => {
    app = await startEasemob({
      http: {
        userAgent: 'acme-shop/2.1',
        setup({ axiosRef }) {
          axiosRef.interceptors.request.use((config) => {
            config.headers.set('User-Agent', 'interceptor/1.0');
            return config;
          });
        },
      },
    });
    expect(await userAgents()).toEqual(everyRequest('acme-shop/2.1'));
  });
});
