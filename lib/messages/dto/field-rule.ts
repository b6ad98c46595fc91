/** Why a value breaks a rule; `path` and `says` together are the sentence that the caller reads. */
export interface Fault {
  /** The broken part below the field, for instance `.3` or `.order.id`; empty for the field itself. */
  readonly path: string;
  /** What the part must be, what was received, and the cure. */
  readonly says: string;
}

/** One rule of one field. It is pure, so that the same rule serves a pipe and a send. */
export interface FieldRule {
  /** The constraint's name in the `ValidationError` of class-validator. */
  readonly name: string;
  /** The first fault, or undefined for a value that keeps the rule. */
  readonly check: (value: unknown) => Fault | undefined;
}

/** Whether a value is a rule. */
export function isFieldRule(value: unknown): value is FieldRule {
  return typeof value === 'object' && value !== null && 'check' in value && typeof value.check === 'function';
}

/** The same rule for a field that may be left out. Undefined passes; null does not, it would go onto the wire. */
export function optional(rule: FieldRule): FieldRule {
  return { name: rule.name, check: (value) => (value === undefined ? undefined : rule.check(value)) };
}

/** A fault of the field itself, from its three parts: what it must be, what came, and the cure. */
export function fault(must: string, got: string, cure: string, path = ''): Fault {
  return { path, says: `must be ${must}, got ${got}; ${cure}` };
}
