const HIDDEN = '[redacted]';

/** Patterns of secrets whose value is not known: a bearer value, an Easemob token, a credential in JSON, a query or a URL. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[^\s"',;<>]+/gi, `$1 ${HIDDEN}`],
  [/\bYWMt[\w\-+/=.~]+/g, HIDDEN],
  [
    /(["']?(?:access_token|client_secret|share-secret|thumb_secret|secret|password|proxy-authorization|authorization)["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s&,;"'<>}]+)/gi,
    `$1${HIDDEN}`,
  ],
  [/(\/\/)[^\s/@"']+@/g, `$1${HIDDEN}@`],
];

/**
 * Removes secrets from a text: those known by value, and whatever looks like one. Applied to every text of an error or a
 * log line.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of secrets) {
    // Replacing a shorter one would blank ordinary words.
    if (!(secret.length >= 6)) continue;
    for (const form of formsOf(secret)) clean = clean.replaceAll(form, HIDDEN);
  }
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}

/** The secret as it is, and as JSON and a URL write it. */
function formsOf(secret: string): ReadonlySet<string> {
  const inUrl = new URLSearchParams([['', secret]]).toString().slice(1);
  return new Set([secret, JSON.stringify(secret).slice(1, -1), inUrl]);
}
