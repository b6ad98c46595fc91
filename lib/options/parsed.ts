/** The value that a text stands for, or why it stands for none. */
export type Parsed<Value> = { readonly value: Value } | { readonly problems: readonly string[] };

export function problemsIn(parsed: Parsed<unknown>): readonly string[] {
  return 'problems' in parsed ? parsed.problems : [];
}
