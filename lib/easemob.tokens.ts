import { Inject } from '@nestjs/common';
import { FileService } from './files/file.service.js';
import { MessageService } from './messages/message.service.js';
import { TokenService } from './token/token.service.js';

/** A service that `EasemobModule` provides, once per app. */
type ServiceClass = { readonly name: string };

/** The token of a part of one app: the class itself for the default app, a name of its own for a named one. */
export function tokenOf<Service extends ServiceClass>(service: Service, name?: string): Service | string {
  return name === undefined ? service : `Easemob${service.name}:${name}`;
}

/** Injects the `MessageService` of a named app; without a name the default app's, as plain class injection does. */
export const InjectMessageService = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(getMessageServiceToken(name));

/** Injects the `TokenService` of a named app. */
export const InjectTokenService = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(getTokenServiceToken(name));

/** Injects the `FileService` of a named app. */
export const InjectFileService = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(getFileServiceToken(name));

/** The token of a named app's `MessageService`, for `moduleRef.get` and `overrideProvider`. */
export const getMessageServiceToken = (name?: string): typeof MessageService | string =>
  tokenOf(MessageService, name);

/** The token of a named app's `TokenService`. */
export const getTokenServiceToken = (name?: string): typeof TokenService | string =>
  tokenOf(TokenService, name);

/** The token of a named app's `FileService`. */
export const getFileServiceToken = (name?: string): typeof FileService | string => tokenOf(FileService, name);
