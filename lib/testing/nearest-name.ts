/** A longer name is no typing error, and its distance would take time to compute. */
const MAX_LENGTH = 40;

/** The known name that was probably meant: the one with the fewest edits, and with at most a third of its letters edited. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const candidates = known.map((each) => ({ each, edits: edits(name.toLowerCase(), each.toLowerCase()) }));
  const [best] = candidates.toSorted((one, other) => one.edits - other.edits);
  return best !== undefined && best.edits <= Math.ceil(best.each.length / 3) ? best.each : undefined;
}

/** How many letters have to be inserted, deleted or replaced to turn one word into the other. */
function edits(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, at(previous, column) + 1, at(current, column - 1) + 1));
    }
    previous = current;
  }
  return at(previous, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
