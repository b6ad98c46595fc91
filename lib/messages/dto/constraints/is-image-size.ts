import { ValidateBy } from 'class-validator';

import { describeType } from '../../../errors/describe-type.js';
import { isJsonObject } from '../../../http/json.js';
import { explain } from './explain.js';
import { findAmountIssue } from './is-amount.js';
import { type FindIssue, unexpected } from './issue.js';

const findPixelsIssue = findAmountIssue('pixels');

/** An object with the `width` and `height` of an image in pixels, either of which may be absent. */
export function IsImageSize(): PropertyDecorator {
  return ValidateBy(
    { name: 'isImageSize', validator: { validate: (value) => findSizeIssue(value) === undefined } },
    explain(findSizeIssue),
  );
}

const findSizeIssue: FindIssue = (value) => {
  if (!isJsonObject(value)) {
    const hint = 'leave it out when the size is not known';
    return unexpected('an object with width and height', describeType(value), hint);
  }
  for (const side of ['width', 'height']) {
    const issue = value[side] === undefined ? undefined : findPixelsIssue(value[side]);
    if (issue !== undefined) return { ...issue, path: `.${side}` };
  }
  return undefined;
};
