import { Inject, Injectable, Optional } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import type { EasemobErrorInterceptorOptions } from '../options/interceptor.options.js';
import { canReply } from './can-reply.js';
import { deepBodyException } from './deep-body.js';
import { isEasemobError, type EasemobError } from './easemob.error.js';
import { retryAfterSecondsOf, toHttpException } from './http-exception.js';
import { EASEMOB_INTERCEPTOR_OPTIONS } from './interceptor-options.token.js';

/** The method for headers that the responses of Express and Fastify share. */
interface HeaderSink {
  header(name: string, value: string): unknown;
}

/**
 * Turns the `EasemobError`s of a controller into Nest exceptions, and sets `Retry-After` on a 429 or 503 where the wait is
 * known. A request body nested so deeply that `ValidationPipe` overflows the stack is a 400 as well. Every other error passes
 * through unchanged; so does an `EasemobError` outside HTTP (microservices, WebSockets,
 * GraphQL subscriptions) and after the headers of the response were sent. Use it as `@UseInterceptors(EasemobErrorInterceptor)`, as
 * `{ provide: APP_INTERCEPTOR, useClass: EasemobErrorInterceptor }` or as an instance with its own options.
 */
@Injectable()
export class EasemobErrorInterceptor implements NestInterceptor {
  readonly #options: EasemobErrorInterceptorOptions;

  constructor(@Optional() @Inject(EASEMOB_INTERCEPTOR_OPTIONS) options?: EasemobErrorInterceptorOptions) {
    this.#options = options ?? {};
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!canReply(context)) throw error;
        throw isEasemobError(error)
          ? this.#translate(error, context)
          : (deepBodyException(error, context) ?? error);
      }),
    );
  }

  #translate(error: EasemobError, context: ExecutionContext): Error {
    const exception = toHttpException(error, this.#options);
    const seconds = retryAfterSecondsOf(error);
    if (seconds !== undefined && [429, 503].includes(exception.getStatus()) && context.getType() === 'http') {
      context.switchToHttp().getResponse<HeaderSink>().header('Retry-After', String(seconds));
    }
    return exception;
  }
}
