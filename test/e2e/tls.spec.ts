import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  CertificateAuthority,
  describeTls,
  type ServerCertificate,
} from '../support/certificate-authority.js';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import { RawServer } from '../support/raw-server.js';
import { textTo } from '../support/text-message.js';

describeTls('a server whose certificate nobody vouches for', () => {
  let authority: CertificateAuthority;
  let app: EasemobTest;
  let server: RawServer;

  beforeAll(() => {
    authority = new CertificateAuthority();
  });
  afterAll(() => authority.remove());
  afterEach(async () => {
    await app.stop();
    await server.stop();
  });

  it.each<[string, () => ServerCertificate]>([
    ['from an unknown authority', () => authority.issue('IP:127.0.0.1')],
    ['signed by itself', () => authority.issueSelfSigned('IP:127.0.0.1')],
    ['from an unknown authority for another host', () => authority.issue('DNS:example.org')],
    ['from an unknown authority, and expired', () => authority.issue('IP:127.0.0.1', 'expired')],
  ])('(%s) is sent nothing, once, and the error names the cure', async (_, certificate) => {
    server = await RawServer.start(certificate());
    app = await startEasemob({ host: server.url });
    server.passTo(app.emulator.url);
    await expect(app.messages.sendText(textTo('bob'))).rejects.toMatchObject({
      name: 'EasemobNetworkError',
      kind: 'network',
      sent: 'no',
      retryable: false,
      attempts: 1,
      message: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
    });
    expect(server.connections).toBe(1);
    expect(server.requests).toEqual([]);
    expect(app.emulator.requests).toEqual([]);
  });
});
