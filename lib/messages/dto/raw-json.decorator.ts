import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';

import { isJsonObject } from '../../http/json.js';

/**
 * Hands a field of application data from a request to the DTO as it came, the same object. class-transformer would copy
 * it, and drop members named `__proto__`, `constructor` or `toString` on the way.
 */
export function RawJson(): PropertyDecorator {
  return applyDecorators(
    // Without a type, class-transformer copies the value before `Transform` discards the copy, and a deep value overflows
    // the stack. Declaring it Boolean skips that copy. Towards a plain object the type decides, so it must be true.
    Type((help) => (isPlain(help?.newObject) ? Object : Boolean)),
    Transform(({ obj, key, value }) => ownMember(obj, key, value)),
  );
}

function isPlain(value: unknown): boolean {
  return isJsonObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function ownMember(source: unknown, key: string, otherwise: unknown): unknown {
  return isJsonObject(source) && Object.hasOwn(source, key) ? source[key] : otherwise;
}
