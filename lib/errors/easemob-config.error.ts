import { EasemobError } from './easemob.error.js';

/** The module's options are wrong. Thrown once, at start-up, with every problem and its solution. */
export class EasemobConfigError extends EasemobError {
  /** The name of the class; it tells the classes apart also across copies of the package. */
  override readonly name = 'EasemobConfigError' as const;
  // Not enumerable: the message has every sentence, and a print of the error would repeat them.
  /** One sentence per wrong option. */
  declare readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`EasemobModule cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, {
      kind: 'config',
      retryable: false,
      sent: 'no',
    });
    Object.defineProperty(this, 'problems', { value: problems });
  }

  override toJSON(): object {
    return { ...super.toJSON(), problems: this.problems };
  }
}
