import type { SentState } from './easemob.error.js';

/** What a failed exchange means for the call. */
export interface TransportClassification {
  readonly kind: 'network' | 'timeout' | 'aborted';
  readonly retryable: boolean;
  /** `if-written`: `maybe` once a byte of the request may have reached the server, `no` before. */
  readonly sent: SentState | 'if-written';
  /** What to do about it, as a sentence. */
  readonly hint?: string;
}

interface TransportRule extends TransportClassification {
  readonly code?: RegExp;
  readonly text?: RegExp;
}

const CHECK_PROXY = 'Check http.proxyUrl and the proxy variables of the environment.';

/** The codes of the system, of TLS and of the HTTP client; the first rule that matches decides. */
export const TRANSPORT_RULES: readonly TransportRule[] = [
  // A proxy that opened no tunnel let nothing through; its 5xx may be temporary.
  { text: /proxy response \(5\d\d\)/i, kind: 'network', retryable: true, sent: 'no', hint: CHECK_PROXY },
  { text: /proxy response|proxy auth/i, kind: 'network', retryable: false, sent: 'no', hint: CHECK_PROXY },
  { code: /^UND_ERR_PRX_TLS$/, kind: 'network', retryable: false, sent: 'no', hint: CHECK_PROXY },
  { code: /^UND_ERR_CONNECT_TIMEOUT$/, kind: 'timeout', retryable: true, sent: 'no' },
  {
    code: /^(ECONNREFUSED|ENOTFOUND|EAI_\w+)$/,
    kind: 'network',
    retryable: true,
    sent: 'no',
    hint: 'Check host, the DNS and the firewall.',
  },
  {
    code: /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_C|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|CRL_)/,
    kind: 'network',
    retryable: false,
    sent: 'no',
    hint: 'The certificate is not trusted. Check host and the clock; behind a proxy that re-signs traffic, name its CA in NODE_EXTRA_CA_CERTS.',
  },
  {
    code: /^ERR_SSL_(WRONG_VERSION|UNSUPPORTED|\w*ALERT)/,
    kind: 'network',
    retryable: false,
    sent: 'if-written',
    hint: 'Client and server found no common TLS version. Check the scheme and port of host, and the proxy.',
  },
  // An established connection can report these too, so they do not prove that nothing was sent.
  { code: /^(ENETUNREACH|EHOSTUNREACH|ENETDOWN)$/, kind: 'network', retryable: true, sent: 'if-written' },
  { code: /^ETIMEDOUT$/, kind: 'timeout', retryable: true, sent: 'if-written' },
  { code: /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/, kind: 'timeout', retryable: true, sent: 'if-written' },
  {
    code: /^(UND_ERR_DESTROYED|UND_ERR_CLOSED|UND_ERR_ABORT(ED)?|ABORT_ERR)$/,
    kind: 'aborted',
    retryable: false,
    sent: 'if-written',
  },
  // Some server did respond.
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
    sent: 'if-written',
  },
];

/** Looks up how an exchange failed; for an unknown code, and for a plain reset, it counts what was written. */
export function lookUpTransportError(failure: { code: string; message: string }): TransportClassification {
  const rule = TRANSPORT_RULES.find(
    ({ code, text }) => (code?.test(failure.code) ?? true) && (text?.test(failure.message) ?? true),
  );
  return rule ?? { kind: 'network', retryable: true, sent: 'if-written' };
}
