import type { EasemobModuleOptions } from 'nestjs-easemob';
import type { ServerCertificate } from './certificate-authority.js';
import { type EasemobTest, startEasemob } from './easemob.js';
import { RawServer } from './raw-server.js';

/** A module that reaches its local Easemob through an HTTP server, which can break what HTTP promises. */
export interface EasemobBehindServer extends EasemobTest {
  readonly server: RawServer;
}

/**
 * Starts a local Easemob, an HTTP server in front of it and a module that talks to the server.
 *
 * @param certificate - with it the server speaks TLS
 */
export async function startEasemobBehindServer(
  options: Partial<EasemobModuleOptions> = {},
  certificate?: ServerCertificate,
): Promise<EasemobBehindServer> {
  const server = await RawServer.start(certificate);
  const app = await startEasemob({ host: server.url, ...options });
  server.passTo(app.emulator.url);
  return {
    ...app,
    server,
    async stop() {
      await app.stop();
      await server.stop();
    },
  };
}
