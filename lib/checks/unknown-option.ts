import { formatValue, isQuotable } from './format-value.js';

/** A longer name is no typing error, and its distance would take time to compute. */
const MAX_LENGTH = 40;

/** The problem of an option that does not exist. It suggests the known name that was probably meant. */
export function unknownOption(group: string, name: string, known: readonly string[]): string {
  const expected = `Expected one of: ${known.join(', ')}.`;
  if (!isQuotable(name)) {
    const place = group === '' ? '' : ` in "${group}"`;
    return `Unknown option${place}, not quoted because it may be a secret. ${expected}`;
  }
  const nearest = nearestOf(name, known);
  const suggestion = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `Unknown option ${formatValue(group === '' ? name : `${group}.${name}`)}. ${expected}${suggestion}`;
}

/** The known name with the smallest edit distance, unless a third of the name would have to change. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const lowerCased = name.toLowerCase();
  const near = known
    .map((each) => ({ each, edits: editDistance(lowerCased, each.toLowerCase()) }))
    .filter(({ each, edits }) => edits <= Math.ceil(Math.max(name.length, each.length) / 3))
    .toSorted((one, other) => one.edits - other.edits);
  return near[0]?.each;
}

/** Levenshtein: the insertions, deletions and replacements that turn one text into another. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, character] of Array.from(from).entries()) {
    const next = [line + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
