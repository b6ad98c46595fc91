import type { SentState } from './easemob.error.js';

/** What a failed connection means for the call. */
export interface InterruptionVerdict {
  readonly kind: 'network' | 'timeout' | 'aborted';
  readonly retryable: boolean;
  /** `by-bytes`: `maybe` once a byte of the request may have reached the server, `no` before. */
  readonly sent: SentState | 'by-bytes';
  /** What to do about it, as a sentence. */
  readonly cure?: string;
}

interface InterruptionRule extends InterruptionVerdict {
  readonly code?: RegExp;
  readonly text?: RegExp;
}

const CHECK_PROXY = 'Check http.proxyUrl and the proxy variables of the environment.';

/** The codes of the system, of TLS and of the HTTP client; the first rule that fits decides. */
const RULES: readonly InterruptionRule[] = [
  // A proxy that opened no tunnel let nothing through; a 5xx of it may pass.
  { text: /proxy response \(5\d\d\)/i, kind: 'network', retryable: true, sent: 'no', cure: CHECK_PROXY },
  { text: /proxy response|proxy auth/i, kind: 'network', retryable: false, sent: 'no', cure: CHECK_PROXY },
  { code: /^UND_ERR_PRX_TLS$/, kind: 'network', retryable: false, sent: 'no', cure: CHECK_PROXY },
  { code: /^UND_ERR_CONNECT_TIMEOUT$/, kind: 'timeout', retryable: true, sent: 'no' },
  {
    code: /^(ECONNREFUSED|ENOTFOUND|EAI_\w+)$/,
    kind: 'network',
    retryable: true,
    sent: 'no',
    cure: 'Check host, the DNS and the firewall.',
  },
  {
    code: /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_C|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|CRL_)/,
    kind: 'network',
    retryable: false,
    sent: 'no',
    cure: 'The certificate is not trusted: check host and the clock; behind a proxy that re-signs traffic, name its CA in NODE_EXTRA_CA_CERTS.',
  },
  {
    code: /^ERR_SSL_(WRONG_VERSION|UNSUPPORTED|\w*ALERT)/,
    kind: 'network',
    retryable: false,
    sent: 'by-bytes',
    cure: 'The two sides found no common TLS: check the scheme and port of host, and the proxy.',
  },
  // An established connection can report these too, so they do not prove that nothing was sent.
  { code: /^(ENETUNREACH|EHOSTUNREACH|ENETDOWN)$/, kind: 'network', retryable: true, sent: 'by-bytes' },
  { code: /^ETIMEDOUT$/, kind: 'timeout', retryable: true, sent: 'by-bytes' },
  { code: /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/, kind: 'timeout', retryable: true, sent: 'by-bytes' },
  {
    code: /^(UND_ERR_DESTROYED|UND_ERR_CLOSED|UND_ERR_ABORT(ED)?|ABORT_ERR)$/,
    kind: 'aborted',
    retryable: false,
    sent: 'by-bytes',
  },
  // Something did answer.
  {
    code: /^(HPE_|UND_ERR_(RES_|HEADERS_OVERFLOW|RESPONSE))/,
    kind: 'network',
    retryable: true,
    sent: 'maybe',
  },
  // The request could not be written as it stands, and will not be next time.
  {
    code: /^(UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)|ERR_INVALID_|ERR_HTTP_INVALID_)/,
    kind: 'network',
    retryable: false,
    sent: 'by-bytes',
  },
];

/** Looks up how a connection failed; an unknown code, and a plain reset, go by what was written. */
export function verdictOfConnection(failure: { code: string; message: string }): InterruptionVerdict {
  const rule = RULES.find(
    ({ code, text }) => (code?.test(failure.code) ?? true) && (text?.test(failure.message) ?? true),
  );
  return rule ?? { kind: 'network', retryable: true, sent: 'by-bytes' };
}
