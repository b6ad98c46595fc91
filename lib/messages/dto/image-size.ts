import { ValidateIf } from 'class-validator';

import { IsAmount } from './constraints/is-amount.js';
import { isGiven } from './is-given.js';

/** The size of an image in pixels. */
export class ImageSize {
  /**
   * The width in pixels, 0 or more.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsAmount('pixels')
  readonly width?: number | undefined;

  /**
   * The height in pixels, 0 or more.
   * @see https://docs-im.easemob.com/im/server/basics/messages
   */
  @ValidateIf(isGiven)
  @IsAmount('pixels')
  readonly height?: number | undefined;
}
