import { IsIn, IsOptional } from 'class-validator';
import type { SendOptions } from 'nestjs-easemob';

/** `?useMsgId=false` asks Easemob for `success` instead of a message ID, as the send-message document has it. */
export class SendQuery {
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly useMsgId?: 'true' | 'false';

  toOptions(): SendOptions {
    return { useMsgId: this.useMsgId !== 'false' };
  }
}
