import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  CertificateAuthority,
  describeTls,
  type ServerCertificate,
} from '../support/certificate-authority.js';
import { type EasemobBehindServer, startEasemobBehindServer } from '../support/easemob-behind-server.js';
import { textTo } from '../support/text-message.js';

describeTls('a server with an untrusted certificate', () => {
  let authority: CertificateAuthority;
  let app: EasemobBehindServer;

  beforeAll(() => {
    authority = new CertificateAuthority();
  });
  afterAll(() => authority.remove());
  afterEach(() => app.stop());

  it.each<[string, () => ServerCertificate]>([
    ['from an unknown authority', () => authority.issue('IP:127.0.0.1')],
    ['self-signed', () => authority.issueSelfSigned('IP:127.0.0.1')],
    ['from an unknown authority for another host', () => authority.issue('DNS:example.org')],
    ['from an unknown authority, and expired', () => authority.issue('IP:127.0.0.1', 'expired')],
  ])(
    '(%s) receives one connection and no request, and the error names the solution',
    async (_, certificate) => {
      app = await startEasemobBehindServer({}, certificate());
      await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
        name: 'EasemobNetworkError',
        kind: 'network',
        sent: 'no',
        retryable: false,
        attempts: 1,
        message: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
      });
      expect(app.server.connections).toBe(1);
      expect(app.server.requests).toEqual([]);
      expect(app.emulator.requests).toEqual([]);
    },
  );
});
