import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';

/** The key and certificate of a TLS server. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

const SETTINGS = `[ca]
default_ca = local
[local]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
`;

/** A certificate authority that a client does not trust unless it is given `certificatePath`. */
export class CertificateAuthority {
  private readonly directory = mkdtempSync(join(tmpdir(), 'easemob-ca-'));

  constructor() {
    writeFileSync(join(this.directory, 'settings'), SETTINGS);
    writeFileSync(join(this.directory, 'index'), '');
    this.openssl(
      'req',
      '-x509',
      ...newKey('ca.key'),
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=Test Authority',
    );
  }

  /** Its root certificate, for `NODE_EXTRA_CA_CERTS`. */
  get certificatePath(): string {
    return join(this.directory, 'ca.pem');
  }

  /** A certificate for these names, `DNS:localhost` or `IP:127.0.0.1`. It is valid now, or was until yesterday. */
  issue(names: string, validity: 'valid' | 'expired' = 'valid'): ServerCertificate {
    const [from, to] = validity === 'valid' ? [-1, 1] : [-3, -1];
    const request = ['-subj', '/CN=server', '-addext', `subjectAltName=${names}`, '-out', 'server.csr'];
    this.openssl('req', ...newKey('server.key'), ...request);
    const authority = ['-batch', '-notext', '-config', 'settings', '-cert', 'ca.pem', '-keyfile', 'ca.key'];
    const dates = ['-startdate', day(from), '-enddate', day(to)];
    this.openssl('ca', ...authority, ...dates, '-in', 'server.csr', '-out', 'server.pem');
    return { key: this.read('server.key'), cert: this.read('server.pem') };
  }

  /** A self-signed certificate. */
  issueSelfSigned(names: string): ServerCertificate {
    const subject = ['-subj', '/CN=server', '-addext', `subjectAltName=${names}`, '-days', '2'];
    this.openssl('req', '-x509', ...newKey('self.key'), ...subject, '-out', 'self.pem');
    return { key: this.read('self.key'), cert: this.read('self.pem') };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.directory, stdio: 'pipe' });
  }

  private read(name: string): string {
    return readFileSync(join(this.directory, name), 'utf8');
  }
}

/** In the format of `openssl ca`: 20260131120000Z. */
function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
}

function newKey(name: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', name];
}

/** A suite that needs certificates. Without `openssl` it is reported as skipped, and in CI as failed. */
export function describeTls(name: string, suite: () => void): void {
  if (spawnSync('openssl', ['version']).status === 0) {
    describe(name, suite);
  } else if (process.env['CI'] === undefined) {
    describe.skip(`${name} (no openssl on PATH)`, suite);
  } else {
    it(`${name}: openssl is on PATH`, () => {
      throw new Error('Install openssl; in CI these tests must run.');
    });
  }
}
