const HIDDEN = '[redacted]';

/**
 * Patterns of secrets whose value is not known: a bearer value, an Easemob token, a credential in JSON, a query or a URL.
 * Each is linear: no two repetitions that follow each other match the same text, and every repetition has an upper bound.
 */
const PATTERNS: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s{1,9}[^\s"',;<>]{1,4000}/gi, `$1 ${HIDDEN}`],
  [/\bYWMt[\w\-+/=.~]{1,4000}/g, HIDDEN],
  [
    /(["']?\b(?:access_token|client_secret|share-secret|thumb_secret|secret|password|proxy-authorization|authorization)["']?\s{0,9}[:=]\s{0,9})("[^"\\]{0,4000}(?:\\[^][^"\\]{0,4000}){0,400}"?|'[^']{0,4000}'?|[^\s&,;"'<>}]{1,4000})/gi,
    `$1${HIDDEN}`,
  ],
  [/(\/\/)[^\s/@"']{1,2000}@/g, `$1${HIDDEN}@`],
];

/** A longer text is cut before it is searched. */
const MAX_LENGTH = 64 * 1024;

/** A text that was cut may end inside a secret, which no pattern then finds: so much of its end is dropped. */
const DROPPED_LENGTH = 4096;

/** How many patterns of secrets are kept; a process has few secrets at a time. */
const KEPT_PATTERNS = 32;

/**
 * Removes secrets from texts: those known by value, in every encoding in which a gateway may quote them, and whatever
 * looks like one. It is applied to every text of an error or a log line, and keeps the patterns of the secrets, because
 * many errors may name the same ones.
 */
export class Redactor {
  readonly #patterns = new Map<string, RegExp>();

  /** Removes the secrets; a text of more than 64 KiB is cut. */
  redact(text: string, secrets: Iterable<string> = []): string {
    const isCut = text.length > MAX_LENGTH;
    let clean = isCut ? text.slice(0, MAX_LENGTH) : text;
    for (const secret of secrets) {
      // Replacing a shorter one would blank ordinary words.
      if (secret.length >= 6) clean = clean.replace(this.#patternOf(secret), HIDDEN);
    }
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
    return isCut ? `${clean.slice(0, Math.max(0, clean.length - DROPPED_LENGTH))}…` : clean;
  }

  #patternOf(secret: string): RegExp {
    let pattern = this.#patterns.get(secret);
    if (pattern === undefined) {
      if (this.#patterns.size >= KEPT_PATTERNS) this.#patterns.clear();
      pattern = anyEncodingOf(secret);
      this.#patterns.set(secret, pattern);
    }
    return pattern;
  }
}

/** Removes secrets from one text, as a {@link Redactor} does. */
export function redact(text: string, secrets: Iterable<string> = []): string {
  return new Redactor().redact(text, secrets);
}

/** A pattern for every character of a long secret takes long to compile, and a still longer one cannot be compiled. */
const MATCHED_CHARACTERS = 128;

/** Whatever follows the beginning of a long secret, up to a blank; the text itself is no longer. */
const REST_OF_SECRET = String.raw`\S*`;

/** Characters that HTML names. */
const ENTITIES: Readonly<Record<string, string>> = {
  '"': 'quot',
  "'": 'apos',
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '+': 'plus',
  '/': 'sol',
  '=': 'equals',
  _: 'lowbar',
  '.': 'period',
};

/** Matches a secret as it is and as JSON (also JSON within JSON), HTML and percent-encoding write it. */
function anyEncodingOf(secret: string): RegExp {
  const characters = Array.from(secret);
  const beginning = characters.slice(0, MATCHED_CHARACTERS).map(anyEncodingOfCharacter).join('');
  const rest = characters.length > MATCHED_CHARACTERS ? REST_OF_SECRET : '';
  return new RegExp(beginning + rest, 'g');
}

/** Those of JSON within JSON double with each level, and may be percent-encoded like the rest. */
const BACKSLASHES = String.raw`(?:\\|%(?:25){0,2}5[cC])`;

function anyEncodingOfCharacter(char: string): string {
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  const entity = ENTITIES[char];
  const forms = [
    escaped(char),
    ...(char.length === 1 ? [`u${caseless(hex.padStart(4, '0'))}`] : []),
    `&(?:amp;){0,2}(?:#0{0,4}${char.codePointAt(0)}|#[xX]0{0,4}${caseless(hex)}${entity === undefined ? '' : `|${entity}`});`,
    percentEncodingOf(char),
    hexEscapeOf(char),
    ...(char === ' ' ? [String.raw`\+`] : []),
  ];
  return `${BACKSLASHES}{0,8}(?:${forms.join('|')})`;
}

/** A percent sign may be encoded again. */
function percentEncodingOf(char: string): string {
  const bytes = Array.from(Buffer.from(char), (byte) => byte.toString(16).padStart(2, '0'));
  return bytes.map((byte) => `%(?:25){0,2}${caseless(byte)}`).join('');
}

/** As gateways write it into a log or a script: `\x2d`. */
function hexEscapeOf(char: string): string {
  const bytes = Array.from(Buffer.from(char), (byte) => byte.toString(16).padStart(2, '0'));
  return bytes.map((byte) => `x${caseless(byte)}`).join(`${BACKSLASHES}{1,8}`);
}

function caseless(hex: string): string {
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function escaped(char: string): string {
  return char.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
