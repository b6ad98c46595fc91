import type { ExecutionContext, HttpException } from '@nestjs/common';
import { EasemobErrorInterceptor } from 'nestjs-easemob';
import { catchError, lastValueFrom, of, throwError } from 'rxjs';

/** The parts of an HTTP request that the interceptor looks at. */
const HTTP_REQUEST = {
  getType: () => 'http',
  switchToHttp: () => ({ getResponse: () => ({ header: () => undefined }) }),
} as unknown as ExecutionContext;

/** Returns what `EasemobErrorInterceptor` throws when the handler of an HTTP request throws this error. */
export async function interceptedError(error: Error): Promise<HttpException> {
  const handler = { handle: () => throwError(() => error) };
  const response = new EasemobErrorInterceptor().intercept(HTTP_REQUEST, handler);
  const thrown = response.pipe(catchError((exception: unknown) => of(exception)));
  return (await lastValueFrom(thrown)) as HttpException;
}
