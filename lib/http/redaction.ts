const HIDDEN = '[redacted]';

/** Shapes a secret has even when nobody named it: a bearer value, an Easemob token, a credential in JSON, a query or a URL. */
const SHAPES: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[^\s"',;<>]+/gi, `$1 ${HIDDEN}`],
  [/\bYWMt[\w\-+/=.~]+/g, HIDDEN],
  [
    /(["']?(?:access_token|client_secret|share-secret|thumb_secret|secret|password|proxy-authorization|authorization)["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s&,;"'<>}]+)/gi,
    `$1${HIDDEN}`,
  ],
  [/(\/\/)[^\s/@"']+@/g, `$1${HIDDEN}@`],
];

/**
 * Takes out of a text what must not leave: the secrets that are known by value, and what has the shape of one.
 * Used on every text that an error or a log line is made of.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of secrets) {
    // A shorter one would blank ordinary words.
    if (!(secret.length >= 6)) continue;
    for (const form of formsOf(secret)) clean = clean.replaceAll(form, HIDDEN);
  }
  for (const [shape, replacement] of SHAPES) clean = clean.replace(shape, replacement);
  return clean;
}

/** As it is, and as JSON and a URL write it. */
function formsOf(secret: string): ReadonlySet<string> {
  const inUrl = new URLSearchParams([['', secret]]).toString().slice(1);
  return new Set([secret, JSON.stringify(secret).slice(1, -1), inUrl]);
}
