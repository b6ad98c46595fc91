import type { MessageOf, TextMessageDto } from 'nestjs-easemob';

/** A text message to these users. */
export function textTo(...target: string[]): MessageOf<TextMessageDto> {
  return { target_type: 'users', target, msg: { msg: 'hello' } };
}
