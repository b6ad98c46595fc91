import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';

/** Keeps everything that Nest's loggers are told, printed as deeply as a log could. */
export class RecordedLogs implements LoggerService {
  readonly lines: string[] = [];

  log = this.recordAt('log');
  error = this.recordAt('error');
  warn = this.recordAt('warn');
  debug = this.recordAt('debug');
  verbose = this.recordAt('verbose');
  fatal = this.recordAt('fatal');

  private recordAt(level: string): (...said: unknown[]) => void {
    return (...said) => {
      this.lines.push(
        `${level}: ${said.map((each) => inspect(each, { depth: 10, showHidden: true })).join(' ')}`,
      );
    };
  }
}
