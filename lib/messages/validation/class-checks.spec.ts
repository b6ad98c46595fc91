import { describe, expect, it } from 'vitest';

import { MESSAGE_CLASSES } from '../dto/message-types.js';
import { AnyBody, MessageDto } from '../dto/message.dto.js';
import { checksOf, type DecoratedClass } from './class-checks.js';

const classes: readonly DecoratedClass[] = [
  MessageDto,
  AnyBody,
  ...Object.values(MESSAGE_CLASSES).flatMap(({ body, dto }) => [body, dto]),
];

describe('the DTOs and bodies', () => {
  it.each(classes.map((target) => ({ name: target.name, target })))(
    '$name has only decorators whose message and check are this library’s',
    ({ target }) => {
      expect(checksOf(target)).toMatchObject({ areOurs: true, areSupported: true });
    },
  );
});
