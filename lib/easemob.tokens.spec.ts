import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  getEasemobOptionsToken,
  getFileServiceToken,
  getMessageServiceToken,
  getTokenServiceToken,
} from './easemob.tokens.js';
import { FileService } from './files/file.service.js';
import { MessageService } from './messages/message.service.js';
import { TokenService } from './token/token.service.js';

const SERVICES = [
  { service: MessageService, token: getMessageServiceToken, literal: 'EasemobMessageService:support' },
  { service: TokenService, token: getTokenServiceToken, literal: 'EasemobTokenService:support' },
  { service: FileService, token: getFileServiceToken, literal: 'EasemobFileService:support' },
];

describe.each(SERVICES)('the injection token of $service.name', ({ service, token, literal }) => {
  const { name } = service;
  const rename = (to: string): void => {
    Object.defineProperty(service, 'name', { value: to });
  };
  beforeEach(() => rename('a'));
  afterEach(() => rename(name));

  it('is the class for the default app', () => {
    expect(token()).toBe(service);
  });

  it('is a literal for a named app, even where a minifier renamed the class', () => {
    expect(token('support')).toBe(literal);
  });
});

it('the injection token of the options is a literal', () => {
  expect([getEasemobOptionsToken(), getEasemobOptionsToken('support')]).toEqual([
    'EasemobModuleOptions',
    'EasemobModuleOptions:support',
  ]);
});
