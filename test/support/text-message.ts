import type { TextMessage } from 'nestjs-easemob';

/** A text message to these users. */
export function textTo(...target: string[]): TextMessage {
  return { target_type: 'users', target, msg: { msg: 'hello' } };
}
