import { fileURLToPath } from 'node:url';
import { EasemobEmulator } from 'nestjs-easemob/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  CertificateAuthority,
  describeTls,
  type ServerCertificate,
} from '../support/certificate-authority.js';
import { ProxyServer } from '../support/proxy-server.js';
import { RawServer } from '../support/raw-server.js';
import { deliveredBy } from '../support/recorded-requests.js';
import { runNode } from './support/child.js';
import { ROOT } from './support/repository.js';

const CLIENT = fileURLToPath(new URL('tls-client.mjs', import.meta.url));

/** The output of the client process. */
interface Printed {
  readonly outcomes?: readonly { target: string; status: string }[];
  readonly token?: string;
  readonly error?: Readonly<Record<string, unknown>>;
}

// A test mostly waits for the process that it starts, so all of them run at the same time.
describeTls('a client that gets the authority from NODE_EXTRA_CA_CERTS', () => {
  let authority: CertificateAuthority;
  beforeAll(() => {
    authority = new CertificateAuthority();
  });
  afterAll(() => authority.remove());

  /** A local Easemob, and in front of it a server with this certificate. */
  const serve = async (certificate: ServerCertificate) => {
    const emulator = await EasemobEmulator.start();
    const server = await RawServer.start(certificate);
    server.passTo(emulator.url);
    const send = async ({ host = server.url, environment = {} } = {}): Promise<Printed> => {
      const options = JSON.stringify({ ...emulator.moduleOptions, host });
      const { stdout, stderr } = await runNode([CLIENT, options], ROOT, {
        NODE_EXTRA_CA_CERTS: authority.certificatePath,
        ...environment,
      });
      expect(stderr).toBe('');
      return JSON.parse(stdout) as Printed;
    };
    return {
      emulator,
      server,
      send,
      async [Symbol.asyncDispose]() {
        await server.stop();
        await emulator.stop();
      },
    };
  };

  it.concurrent('sends over TLS', async () => {
    await using easemob = await serve(authority.issue('DNS:localhost,IP:127.0.0.1'));
    expect(await easemob.send()).toMatchObject({ outcomes: [{ target: 'bob', status: 'sent' }] });
    expect(deliveredBy(easemob.emulator)).toEqual(['bob']);
    expect(easemob.server.requests).toHaveLength(2);
  });

  it.concurrent.each<[string, () => ServerCertificate, string]>([
    ['for another host', () => authority.issue('DNS:example.org'), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['that has expired', () => authority.issue('IP:127.0.0.1', 'expired'), 'CERT_HAS_EXPIRED'],
    [
      'from another authority',
      () => authority.issueSelfSigned('IP:127.0.0.1'),
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
  ])('sends nothing to a server with a certificate %s', async (_, certificate, code) => {
    await using easemob = await serve(certificate());
    expect(await easemob.send()).toMatchObject({
      error: {
        name: 'EasemobNetworkError',
        kind: 'network',
        code,
        sent: 'no',
        retryable: false,
        attempts: 1,
      },
    });
    expect(easemob.server.connections).toBe(1);
    expect(easemob.server.requests).toEqual([]);
  });

  it.concurrent('shows a proxy neither the token nor the message', async () => {
    await using easemob = await serve(authority.issue('DNS:easemob.test'));
    const proxy = await ProxyServer.start();
    proxy.portOfTestHosts = Number(new URL(easemob.server.url).port);
    try {
      const { outcomes, token = '' } = await easemob.send({
        host: 'https://easemob.test',
        environment: { HTTPS_PROXY: proxy.url },
      });
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
