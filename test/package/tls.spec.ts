import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  CertificateAuthority,
  describeTls,
  type ServerCertificate,
} from '../support/certificate-authority.js';
import { ProxyServer } from '../support/proxy-server.js';
import { RawServer } from '../support/raw-server.js';

const CLIENT = fileURLToPath(new URL('tls-client.mjs', import.meta.url));

/** What the client process printed. */
interface Printed {
  readonly outcomes?: readonly { target: string; status: string }[];
  readonly token?: string;
  readonly error?: Readonly<Record<string, unknown>>;
}

describeTls('a client that was given the authority in NODE_EXTRA_CA_CERTS', () => {
  let authority: CertificateAuthority;
  let emulator: EasemobEmulator;
  let server: RawServer;

  beforeAll(() => {
    authority = new CertificateAuthority();
  });
  afterAll(() => authority.remove());
  beforeEach(async () => {
    emulator = await EasemobEmulator.start();
  });
  afterEach(async () => {
    await server.stop();
    await emulator.stop();
  });

  const serve = async (certificate: ServerCertificate): Promise<void> => {
    server = await RawServer.start(certificate);
    server.passTo(emulator.url);
  };
  const send = async (environment: NodeJS.ProcessEnv = {}, host = server.url): Promise<Printed> => {
    const { PATH, HOME, TMPDIR } = process.env;
    const options = JSON.stringify({ ...emulator.moduleOptions, host });
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLIENT, options], {
      env: { PATH, HOME, TMPDIR, NODE_EXTRA_CA_CERTS: authority.certificatePath, ...environment },
      timeout: 40_000,
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Printed;
  };

  it('sends over TLS', async () => {
    await serve(authority.issue('DNS:localhost,IP:127.0.0.1'));
    expect(await send()).toMatchObject({ outcomes: [{ target: 'bob', status: 'sent' }] });
    expect(emulator.messages.map(({ target }) => target)).toEqual(['bob']);
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, () => ServerCertificate, string]>([
    ['for another host', () => authority.issue('DNS:example.org'), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['that has expired', () => authority.issue('IP:127.0.0.1', 'expired'), 'CERT_HAS_EXPIRED'],
    [
      'from another authority',
      () => authority.issueSelfSigned('IP:127.0.0.1'),
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
  ])('sends nothing to a server with a certificate %s', async (_, certificate, code) => {
    await serve(certificate());
    expect(await send()).toMatchObject({
      error: {
        name: 'EasemobNetworkError',
        kind: 'network',
        code,
        sent: 'no',
        retryable: false,
        attempts: 1,
      },
    });
    expect(server.connections).toBe(1);
    expect(server.requests).toEqual([]);
  });

  it('shows a proxy neither the token nor the message', async () => {
    await serve(authority.issue('DNS:easemob.test'));
    const proxy = await ProxyServer.start();
    proxy.portOfTestHosts = Number(new URL(server.url).port);
    try {
      const { outcomes, token = '' } = await send({ HTTPS_PROXY: proxy.url }, 'https://easemob.test');
      expect(outcomes).toMatchObject([{ status: 'sent' }]);
      expect(proxy.requests[0]).toMatchObject({ method: 'CONNECT', target: 'easemob.test:443' });
      expect(token).not.toBe('');
      const seen = JSON.stringify(proxy.requests) + proxy.tunnelled;
      for (const hidden of [token, 'hello bob', 'authorization', 'easemob-demo'])
        expect(seen).not.toContain(hidden);
    } finally {
      await proxy.stop();
    }
  });
});
