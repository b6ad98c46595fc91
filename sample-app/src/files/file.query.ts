import { IsIn, IsOptional } from 'class-validator';

const FLAG = ['true', 'false'] as const;
type Flag = (typeof FLAG)[number];

/** `?restrictAccess=true` gives the file a share-secret. */
export class UploadQuery {
  @IsOptional()
  @IsIn(FLAG)
  readonly restrictAccess?: Flag;
}

/** `?thumbnail=true` asks for the thumbnail of an image. */
export class DownloadQuery {
  @IsOptional()
  @IsIn(FLAG)
  readonly thumbnail?: Flag;
}
