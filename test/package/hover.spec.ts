import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ROOT } from './support/repository.js';

const SOURCE = `
import type { FileMessage, MessageService, TextMessage, TextMessageDto } from 'nestjs-easemob';
declare const messages: MessageService;
messages.send; messages.sendText; messages.sendImage; messages.sendAudio; messages.sendVideo; messages.sendFile;
messages.sendLocation; messages.sendCommand; messages.sendCustom;
declare const text: TextMessage;
text.target; text.msg; text.msg.msg;
declare const dto: TextMessageDto;
dto.target; dto.from;
`;
const FILE = join(ROOT, 'hover.ts');

/** The language service of an editor, for a file that imports the built package. */
const editor = ts.createLanguageService({
  getCompilationSettings: () => ({
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    types: ['node'],
  }),
  getCurrentDirectory: () => ROOT,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  getScriptFileNames: () => [FILE],
  getScriptVersion: () => '1',
  getScriptSnapshot: (path) => {
    const text = path === FILE ? SOURCE : ts.sys.readFile(path);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  },
  fileExists: (path) => path === FILE || ts.sys.fileExists(path),
  readFile: (path) => ts.sys.readFile(path),
  directoryExists: (path) => ts.sys.directoryExists(path),
  getDirectories: (path) => ts.sys.getDirectories(path),
});

function hover(expression: string): { readonly signature: string; readonly documentation: string } {
  const info = editor.getQuickInfoAtPosition(FILE, SOURCE.indexOf(expression) + expression.length - 1);
  if (info === undefined) throw new Error(`The editor knows nothing about ${expression}.`);
  const tags = (info.tags ?? []).map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`);
  return {
    signature: ts.displayPartsToString(info.displayParts),
    documentation: [ts.displayPartsToString(info.documentation), ...tags].join('\n'),
  };
}

describe('an editor', () => {
  it.each([
    ['send', 'Message'],
    ['sendText', 'TextMessage'],
    ['sendImage', 'ImageMessage'],
    ['sendAudio', 'AudioMessage'],
    ['sendVideo', 'VideoMessage'],
    ['sendFile', 'FileMessage'],
    ['sendLocation', 'LocationMessage'],
    ['sendCommand', 'CommandMessage'],
    ['sendCustom', 'CustomMessage'],
  ])('shows what %s takes as %s, with its errors and the page of the vendor', (method, type) => {
    const { signature, documentation } = hover(`messages.${method};`.slice(0, -1));
    expect(signature).toBe(
      `(method) MessageService.${method}(message: ${type}, options?: SendOptions): Promise<SendResult>`,
    );
    expect(documentation).toMatch(/@throws EasemobValidationError/);
    expect(documentation).toMatch(/@see https:\/\/doc/);
  });

  it.each([
    ['text.target', 'readonly string[]', 'limits.targets'],
    ['text.msg.msg', 'string', '40 KB'],
    ['dto.target', 'string[]', 'limits.targets'],
    ['dto.from', 'string', "@default 'admin'"],
  ])('documents %s, a %s', (expression, type, words) => {
    const { signature, documentation } = hover(expression);
    expect(signature).toContain(`: ${type}`);
    expect(documentation).toContain(words);
    expect(documentation).toMatch(/@see https:\/\/doc/);
  });
});
