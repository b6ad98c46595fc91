import { Inject } from '@nestjs/common';
import { FileService } from './files/file.service.js';
import { MessageService } from './messages/message.service.js';
import { TokenService } from './token/token.service.js';

// The tokens of named apps are literals: a minifier changes `Class.name`.

/** Injects the `MessageService` of a named app; without a name that of the default app, as its class alone does. */
export const InjectMessageService = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(getMessageServiceToken(name));

/** Injects the `TokenService` of a named app; without a name that of the default app, as its class alone does. */
export const InjectTokenService = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(getTokenServiceToken(name));

/** Injects the `FileService` of a named app; without a name that of the default app, as its class alone does. */
export const InjectFileService = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(getFileServiceToken(name));

/** The injection token of an app's `MessageService`, for `moduleRef.get` and `overrideProvider`. */
export const getMessageServiceToken = (name?: string): typeof MessageService | string =>
  name === undefined ? MessageService : tokenOf('EasemobMessageService', name);

/** The injection token of an app's `TokenService`, for `moduleRef.get` and `overrideProvider`. */
export const getTokenServiceToken = (name?: string): typeof TokenService | string =>
  name === undefined ? TokenService : tokenOf('EasemobTokenService', name);

/** The injection token of an app's `FileService`, for `moduleRef.get` and `overrideProvider`. */
export const getFileServiceToken = (name?: string): typeof FileService | string =>
  name === undefined ? FileService : tokenOf('EasemobFileService', name);

/**
 * The injection token of an app's options, for `overrideProvider`: what it provides otherwise is sealed, because the
 * options hold the client secret. A test that overrides it connects the whole application to the emulator.
 *
 * @example
 * Test.createTestingModule({ imports: [AppModule] })
 *   .overrideProvider(getEasemobOptionsToken())
 *   .useValue(emulator.moduleOptions);
 */
export const getEasemobOptionsToken = (name?: string): string => tokenOf('EasemobModuleOptions', name);

/** The injection token of an app's settings, which stay inside the module. */
export const getSettingsToken = (name?: string): string => tokenOf('EasemobSettings', name);

/** The injection token of what identifies a registration, which stays inside the module. */
export const getRegistrationToken = (name?: string): string => tokenOf('EasemobRegistration', name);

/** The injection token of the guard of an app's options, which stays inside the module. */
export const getOptionsGuardToken = (name?: string): string => tokenOf('EasemobOptionsGuard', name);

/** The injection token of an app's start-up log, which stays inside the module. */
export const getStartupLogToken = (name?: string): string => tokenOf('EasemobStartupLog', name);

/** The injection token of an app's HTTP transport, which stays inside the module. */
export const getTransportToken = (name?: string): string => tokenOf('EasemobHttpTransport', name);

/** The injection token of an app's retrier, which stays inside the module. */
export const getRetrierToken = (name?: string): string => tokenOf('EasemobRetrier', name);

/** The injection token of an app's client, which stays inside the module. */
export const getClientToken = (name?: string): string => tokenOf('EasemobClient', name);

function tokenOf(part: string, name: string | undefined): string {
  return name === undefined ? part : `${part}:${name}`;
}
