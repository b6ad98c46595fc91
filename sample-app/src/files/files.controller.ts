import {
  BadRequestException,
  Controller,
  Get,
  Headers,
  Param,
  Post,
  Query,
  StreamableFile,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { FileService, type UploadedFile as EasemobFile } from 'nestjs-easemob';
import { DownloadQuery, UploadQuery } from './file.query.js';

@Controller('files')
export class FilesController {
  constructor(private readonly files: FileService) {}

  /** A multipart upload with one part named `file`; spread the response into a message's `msg`. */
  @Post()
  @UseInterceptors(FileInterceptor('file', { defParamCharset: 'utf8' }))
  async upload(
    @UploadedFile() file: Express.Multer.File | undefined,
    @Query() { restrictAccess }: UploadQuery,
  ): Promise<EasemobFile> {
    if (!file) throw new BadRequestException('file must be a part of the multipart body, got none.');
    return this.files.upload(file.buffer, {
      filename: file.originalname,
      contentType: file.mimetype,
      restrictAccess: restrictAccess === 'true',
    });
  }

  /** The file's bytes; `share-secret` opens one with restricted access. */
  @Get(':uuid')
  async download(
    @Param('uuid') uuid: string,
    @Query() { thumbnail }: DownloadQuery,
    @Headers('share-secret') secret?: string,
  ): Promise<StreamableFile> {
    const bytes = await this.files.download(uuid, {
      ...(secret !== undefined && { secret }),
      thumbnail: thumbnail === 'true',
    });
    return new StreamableFile(bytes);
  }
}
