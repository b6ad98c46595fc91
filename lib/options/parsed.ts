/** The value that a text stands for, or why it stands for none. */
export type Parsed<Value> = { readonly value: Value } | { readonly problems: readonly string[] };

/** The result of a text that stands for no value. */
export function refused(problem: string): Parsed<never> {
  return { problems: [problem] };
}

/** The problems of a result; none when it has a value. */
export function problemsIn(parsed: Parsed<unknown>): readonly string[] {
  return 'problems' in parsed ? parsed.problems : [];
}
