import type { FieldRule } from './field-rule.js';
import { fault } from './field-rule.js';
import { isJsonObject } from '../../http/json.js';
import { kindOf } from './received-value.js';
import { amount } from './scalar-rules.js';

/** An image's size in pixels. */
export interface ImageSize {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

const pixels = amount('pixels');

/** An object of `width` and `height`, either of which may be missing. */
export const imageSize: FieldRule = {
  name: 'imageSize',
  check: (value) => {
    if (!isJsonObject(value)) {
      return fault(
        'an object with width and height',
        kindOf(value),
        'leave it out when the size is not known',
      );
    }
    for (const side of ['width', 'height']) {
      const found = value[side] === undefined ? undefined : pixels.check(value[side]);
      if (found !== undefined) return { path: `.${side}`, says: found.says };
    }
    return undefined;
  },
};
