import { describe, expect, it } from 'vitest';
import { unknownOption } from './unknown-option.js';

const KNOWN = ['timeoutMs', 'connections', 'proxyUrl', 'setup', 'userAgent'];

describe('unknownOption', () => {
  it('names the option, its group and the options that exist', () => {
    expect(unknownOption('http', 'retries', KNOWN)).toBe(
      'Unknown option "http.retries". Expected one of: timeoutMs, connections, proxyUrl, setup, userAgent.',
    );
    expect(unknownOption('', 'retries', KNOWN)).toMatch(/^Unknown option "retries"\. /);
  });

  it.each([
    ['timeout', 'timeoutMs'],
    ['timeoutMS', 'timeoutMs'],
    ['TIMEOUTMS', 'timeoutMs'],
    ['timoeutMs', 'timeoutMs'],
    ['connection', 'connections'],
    ['proxyURI', 'proxyUrl'],
    ['set-up', 'setup'],
    ['useragent', 'userAgent'],
  ])('suggests for %s the option %s', (name, meant) => {
    expect(unknownOption('http', name, KNOWN)).toContain(`. Did you mean "${meant}"?`);
  });

  it.each(['t', '', 'constructor', 'keepAlive', 'maxSockets'])('suggests nothing for %j', (name) => {
    expect(unknownOption('http', name, KNOWN)).not.toContain('Did you mean');
  });

  it('suggests the nearest of several', () => {
    expect(unknownOption('', 'appNam', ['appKey', 'orgName', 'appName'])).toContain(
      'Did you mean "appName"?',
    );
  });

  it('compares no name of more than 40 characters, and quotes its beginning', () => {
    const problem = unknownOption('', 'timeoutMs'.repeat(100_000), KNOWN);
    expect(problem.length).toBeLessThan(200);
    expect(problem).not.toContain('Did you mean');
  });
});
