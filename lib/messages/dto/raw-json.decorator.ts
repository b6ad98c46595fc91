import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';

import { isJsonObject } from '../../http/json.js';

/**
 * Hands a field of application data from a request to the DTO as it came, the same object. class-transformer would copy
 * it, and drop members named `__proto__`, `constructor` or `toString` on the way.
 */
export function RawJson(): PropertyDecorator {
  return (target, property) => {
    // Without a type the copy is made all the same before it is thrown away, and a deep value overflows the stack. As a
    // Boolean any value is done with in one step. Towards a plain object the type is the last word, so it must be true.
    const type = Type((help) => {
      const towardsInstance = Object.prototype.isPrototypeOf.call(target, help?.newObject ?? {});
      return towardsInstance ? Boolean : Object;
    });
    const untouched = Transform(({ obj, key, value }) => ownMember(obj, key, value));
    applyDecorators(type, untouched)(target, property);
  };
}

function ownMember(source: unknown, key: string, otherwise: unknown): unknown {
  return isJsonObject(source) && Object.hasOwn(source, key) ? source[key] : otherwise;
}
