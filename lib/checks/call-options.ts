import { EasemobValidationError, type Violation } from '../errors/index.js';
import { isJsonObject } from '../http/json.js';
import { formatUnlessText } from './format-value.js';
import type { OptionGroup, ResolvedRows, Rows } from './group.js';
import { unknownOption } from './unknown-option.js';

/**
 * Reads the options of one call, every default applied. Later changes to the object have no effect.
 *
 * @throws EasemobValidationError with every option that is wrong or unknown
 */
export function readCallOptions<Group extends Rows>(
  group: OptionGroup<Group>,
  options: unknown,
): ResolvedRows<Group> {
  const violations = options === undefined ? [] : violationsIn(group.rows, options);
  if (violations.length > 0) throw new EasemobValidationError(violations);
  // No option of a call has a default that depends on the API.
  return group.resolve(options, 'legacy');
}

function violationsIn(rows: Rows, options: unknown): readonly Violation[] {
  const names = Object.keys(rows);
  if (!isJsonObject(options)) {
    const received = formatUnlessText(options);
    return [
      { path: 'options', message: `options must be an object with ${names.join(', ')}, got ${received}.` },
    ];
  }
  const unknown = Object.keys(options).filter((name) => options[name] !== undefined && !names.includes(name));
  return [
    ...unknown.map((name) => ({ path: name, message: unknownOption('', name, names) })),
    ...Object.entries(rows).flatMap(([name, row]) =>
      row.problemsOf(name, options[name]).map((message) => ({ path: pathIn(message, name), message })),
    ),
  ];
}

/** A problem begins with the name of its option, which may be nested: `thumbnail.width`. */
function pathIn(message: string, name: string): string {
  const [first = name] = message.split(' ', 1);
  return first.startsWith(name) ? first : name;
}
