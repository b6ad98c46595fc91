import { Body, Controller, Post, Query } from '@nestjs/common';
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
import { SendQuery } from './send.query.js';

@Controller('messages')
export class MessagesController {
  constructor(private readonly messages: MessageService) {}

  /** Any message, told apart by `msg.type`. */
  @Post()
  send(@Body() message: MessageDto, @Query() query: SendQuery): Promise<SendResult> {
    return this.messages.send(message, query.toOptions());
  }

  @Post('text')
  sendText(@Body() message: TextMessageDto, @Query() query: SendQuery): Promise<SendResult> {
    return this.messages.sendText(message, query.toOptions());
  }

  @Post('image')
  sendImage(@Body() message: ImageMessageDto, @Query() query: SendQuery): Promise<SendResult> {
    return this.messages.sendImage(message, query.toOptions());
  }

  @Post('audio')
  sendAudio(@Body() message: AudioMessageDto, @Query() query: SendQuery): Promise<SendResult> {
    return this.messages.sendAudio(message, query.toOptions());
  }

  @Post('video')
  sendVideo(@Body() message: VideoMessageDto, @Query() query: SendQuery): Promise<SendResult> {
    return this.messages.sendVideo(message, query.toOptions());
  }

  @Post('file')
  sendFile(@Body() message: FileMessageDto, @Query() query: SendQuery): Promise<SendResult> {
    return this.messages.sendFile(message, query.toOptions());
  }

  @Post('location')
  sendLocation(@Body() message: LocationMessageDto, @Query() query: SendQuery): Promise<SendResult> {
    return this.messages.sendLocation(message, query.toOptions());
  }

  @Post('command')
  sendCommand(@Body() message: CommandMessageDto, @Query() query: SendQuery): Promise<SendResult> {
    return this.messages.sendCommand(message, query.toOptions());
  }

  @Post('custom')
  sendCustom(@Body() message: CustomMessageDto, @Query() query: SendQuery): Promise<SendResult> {
    return this.messages.sendCustom(message, query.toOptions());
  }
}
