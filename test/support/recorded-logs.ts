import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';

/** A logger that records every line, with its objects printed as deeply as a log could. */
export class RecordedLogs implements LoggerService {
  readonly lines: string[] = [];

  log = this.recordAt('log');
  error = this.recordAt('error');
  warn = this.recordAt('warn');
  debug = this.recordAt('debug');
  verbose = this.recordAt('verbose');
  fatal = this.recordAt('fatal');

  private recordAt(level: string): (...values: unknown[]) => void {
    return (...values) => {
      this.lines.push(
        `${level}: ${values.map((each) => inspect(each, { depth: 10, showHidden: true })).join(' ')}`,
      );
    };
  }
}
