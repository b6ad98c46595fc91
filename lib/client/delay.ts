/** Waits; resolves to false at once when the signal fires. */
export function delay(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (elapsed: boolean): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(elapsed);
    };
    const onAbort = (): void => end(false);
    const timer = setTimeout(() => end(true), ms);
    if (signal?.aborted) end(false);
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
