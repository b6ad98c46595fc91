import { Body, Controller, DefaultValuePipe, ParseBoolPipe, Post, Query } from '@nestjs/common';
import {
  AudioMessageDto,
  CommandMessageDto,
  CustomMessageDto,
  FileMessageDto,
  ImageMessageDto,
  LocationMessageDto,
  MessageDto,
  MessageService,
  type SendResult,
  TextMessageDto,
  VideoMessageDto,
} from 'nestjs-easemob';

/** `?useMsgId=false` asks Easemob for `success` instead of a message ID, as the send-message document has it. */
const UseMsgId = (): ParameterDecorator => Query('useMsgId', new DefaultValuePipe(true), ParseBoolPipe);

@Controller('messages')
export class MessagesController {
  constructor(private readonly messages: MessageService) {}

  /** Any message, told apart by `msg.type`. */
  @Post()
  send(@Body() message: MessageDto, @UseMsgId() useMsgId: boolean): Promise<SendResult> {
    return this.messages.send(message, { useMsgId });
  }

  @Post('text')
  sendText(@Body() message: TextMessageDto, @UseMsgId() useMsgId: boolean): Promise<SendResult> {
    return this.messages.sendText(message, { useMsgId });
  }

  @Post('image')
  sendImage(@Body() message: ImageMessageDto, @UseMsgId() useMsgId: boolean): Promise<SendResult> {
    return this.messages.sendImage(message, { useMsgId });
  }

  @Post('audio')
  sendAudio(@Body() message: AudioMessageDto, @UseMsgId() useMsgId: boolean): Promise<SendResult> {
    return this.messages.sendAudio(message, { useMsgId });
  }

  @Post('video')
  sendVideo(@Body() message: VideoMessageDto, @UseMsgId() useMsgId: boolean): Promise<SendResult> {
    return this.messages.sendVideo(message, { useMsgId });
  }

  @Post('file')
  sendFile(@Body() message: FileMessageDto, @UseMsgId() useMsgId: boolean): Promise<SendResult> {
    return this.messages.sendFile(message, { useMsgId });
  }

  @Post('location')
  sendLocation(@Body() message: LocationMessageDto, @UseMsgId() useMsgId: boolean): Promise<SendResult> {
    return this.messages.sendLocation(message, { useMsgId });
  }

  @Post('command')
  sendCommand(@Body() message: CommandMessageDto, @UseMsgId() useMsgId: boolean): Promise<SendResult> {
    return this.messages.sendCommand(message, { useMsgId });
  }

  @Post('custom')
  sendCustom(@Body() message: CustomMessageDto, @UseMsgId() useMsgId: boolean): Promise<SendResult> {
    return this.messages.sendCustom(message, { useMsgId });
  }
}
