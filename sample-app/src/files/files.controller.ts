import {
  BadRequestException,
  Controller,
  Get,
  Headers,
  Param,
  ParseBoolPipe,
  Post,
  Query,
  StreamableFile,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { FileService, type UploadedFile as EasemobFile } from 'nestjs-easemob';

@Controller('files')
export class FilesController {
  constructor(private readonly files: FileService) {}

  /** A multipart upload with one part named `file`; spread the answer into a message's `msg`. */
  @Post()
  @UseInterceptors(FileInterceptor('file', { defParamCharset: 'utf8' }))
  async upload(
    @UploadedFile() file: Express.Multer.File | undefined,
    @Query('restrictAccess', new ParseBoolPipe({ optional: true })) restrictAccess?: boolean,
  ): Promise<EasemobFile> {
    if (!file) throw new BadRequestException('file must be a part of the multipart body, got none.');
    return this.files.upload(file.buffer, {
      filename: file.originalname,
      contentType: file.mimetype,
      ...(restrictAccess !== undefined && { restrictAccess }),
    });
  }

  /** The file's bytes; `share-secret` opens one with restricted access. */
  @Get(':uuid')
  async download(
    @Param('uuid') uuid: string,
    @Headers('share-secret') secret?: string,
    @Query('thumbnail', new ParseBoolPipe({ optional: true })) thumbnail?: boolean,
  ): Promise<StreamableFile> {
    const bytes = await this.files.download(uuid, {
      ...(secret !== undefined && { secret }),
      ...(thumbnail !== undefined && { thumbnail }),
    });
    return new StreamableFile(bytes);
  }
}
