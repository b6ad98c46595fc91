import { MESSAGE_TYPES, type MessageType } from '../messages/dto/message-types.js';
import { object, union } from '../checks/group.js';
import type { EasemobApi } from './module.options.js';
import { atLeast } from '../checks/number-checks.js';
import { type Option, option, PerApi } from '../checks/option.js';

/** A number of bytes for every message type. */
export type BytesPerType = Readonly<Record<MessageType, number>>;

/** An option that takes one number of bytes for every message type, or an object of numbers by type. */
export function bytesPerType(defaults: Readonly<Record<EasemobApi, BytesPerType>>): Option<BytesPerType> {
  const byType = object(
    forEachType((type) =>
      option(atLeast(1), {
        default: new PerApi({ legacy: defaults.legacy[type], current: defaults.current[type] }),
      }),
    ),
  );
  const one = option(atLeast(1), { default: Infinity });
  const forAll: Option<BytesPerType> = {
    type: one.type,
    problemsOf: one.problemsOf,
    resolve: (value, api) => forEveryType(one.resolve(value, api)),
  };
  return {
    ...union(forAll, byType),
    type: 'number | Partial<Record<MessageType, number>>',
    default: new PerApi(defaults),
  };
}

/** The same number of bytes for every message type. */
export function forEveryType(bytes: number): BytesPerType {
  return forEachType(() => bytes);
}

function forEachType<Value>(valueOf: (type: MessageType) => Value): Readonly<Record<MessageType, Value>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are exactly the message types
  return Object.fromEntries(MESSAGE_TYPES.map((type) => [type, valueOf(type)])) as Record<MessageType, Value>;
}
