import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EasemobApiError, EasemobError, EasemobTimeoutError } from '../errors/index.js';
import { OutageLog } from './outage-log.js';

const logger = new Logger('Easemob');
const timeout = new EasemobTimeoutError('it timed out', { sent: 'maybe' });
const refusal = new EasemobApiError(
  'it refused',
  { status: 429, error: '', description: '' },
  { kind: 'rate-limit', retryable: true, sent: 'no' },
);

describe('OutageLog', () => {
  let now: number;
  let lines: string[];
  let log: OutageLog;

  beforeEach(() => {
    now = 0;
    lines = [];
    vi.spyOn(logger, 'warn').mockImplementation((text: string) => void lines.push(`warn: ${text}`));
    vi.spyOn(logger, 'log').mockImplementation((text: string) => void lines.push(`log: ${text}`));
    log = new OutageLog(logger, 'a1.easemob.com', () => now);
  });

  const BEGIN = 'warn: a1.easemob.com fails; calls that may be retried are: it timed out';

  it('tells of the first retry of an outage and of its end, once each', () => {
    log.onRetry(timeout);
    now = 1000;
    log.onRetry(timeout);
    now = 2500;
    log.onResponse(1500);
    log.onResponse(2000);
    expect(lines).toEqual([BEGIN, 'log: a1.easemob.com responds again after 2.5 s.']);
  });

  it('does not take a reached rate limit for an outage', () => {
    log.onRetry(refusal);
    log.onRetry(new EasemobError('waited', { kind: 'rate-limit', retryable: true, sent: 'no' }));
    log.onResponse(1);
    expect(lines).toEqual([]);
  });

  it('takes a refusal for the response of a healthy host, and a local error for none', () => {
    log.onRetry(timeout);
    now = 1000;
    log.onFailure(timeout, 500);
    log.onFailure(new EasemobError('aborted', { kind: 'aborted', retryable: false, sent: 'no' }), 500);
    expect(lines).toEqual([BEGIN]);
    log.onFailure(refusal, 500);
    expect(lines).toHaveLength(2);
  });

  it('does not trust a response to an attempt that is older than the last failure', () => {
    now = 1000;
    log.onRetry(timeout);
    log.onResponse(999);
    expect(lines).toEqual([BEGIN]);
  });

  it('tells of a host that fails again at once only when that lasts, or after it was healthy for a while', () => {
    for (let round = 0; round < 50; round += 1) {
      log.onRetry(timeout);
      now += 10;
      log.onResponse(now);
    }
    expect(lines).toHaveLength(2);
    log.onRetry(timeout);
    now += 30_001;
    log.onRetry(timeout);
    log.onRetry(timeout);
    expect(lines).toHaveLength(3);
    log.onResponse(now);
    expect(lines).toHaveLength(4);
    now += 30_001;
    log.onRetry(timeout);
    expect(lines).toHaveLength(5);
  });
});
