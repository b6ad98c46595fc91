import { type CallProgress, EasemobError } from '../errors/index.js';
import { abortWatch } from '../http/abort-watch.js';

const NO_ATTEMPT: CallProgress = { attempts: 0, sent: 'no' };

/** The closing of the module: it ends the calls that wait, and refuses those that come later. */
export class Closing {
  readonly #controller = new AbortController();

  /** Aborts when the module closes. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  close(): void {
    this.#controller.abort();
  }

  /** @throws EasemobError kind `aborted` once the module is closed */
  assertOpen(): void {
    if (this.signal.aborted) throw closedError('The module is closed. Nothing was sent.', NO_ATTEMPT);
  }

  /** The error of a call that waited when the module was closed. */
  errorWhile(waiting: string, progress = NO_ATTEMPT): EasemobError {
    return closedError(`The module was closed while ${waiting}.`, progress);
  }

  /** Ends the wait for a promise when the module closes. */
  limit<T>(promise: Promise<T>, waiting: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const onClose = (): void => reject(this.errorWhile(waiting));
      promise.then(resolve, reject).finally(() => abortWatch.delete(this.signal, onClose));
      if (this.signal.aborted) onClose();
      else abortWatch.add(this.signal, onClose);
    });
  }
}

function closedError(message: string, progress: CallProgress): EasemobError {
  return new EasemobError(message, { kind: 'aborted', retryable: false, ...progress });
}
