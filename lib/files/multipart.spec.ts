import { describe, expect, it } from 'vitest';
import { multipartOf } from './multipart.js';

const partOf = (filename: string, contentType = 'text/plain', bytes = Buffer.from('x')) => {
  const { body, contentType: header } = multipartOf({ bytes, filename, contentType });
  return {
    body,
    text: body.toString('utf8'),
    boundary: header.replace('multipart/form-data; boundary=', ''),
  };
};

describe('multipartOf', () => {
  it('is one part named file', () => {
    const { text, boundary } = partOf('猫.jpg', 'image/jpeg');
    expect(boundary).toMatch(/^----easemob-[0-9a-f-]{36}$/);
    expect(text).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="猫.jpg"\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--${boundary}--\r\n`,
    );
  });

  it('carries every byte', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(partOf('a', 'b', bytes).body.includes(bytes)).toBe(true);
  });

  it.each([
    ['a"b', 'a%22b'],
    ['a\r\nb', 'a%0D%0Ab'],
    [String.raw`a\b`, String.raw`a\b`],
  ])('writes the filename %j as %j', (filename, written) => {
    expect(partOf(filename).text).toContain(`filename="${written}"\r\n`);
  });

  it('keeps the content type on its line', () => {
    expect(partOf('a', 'text/plain\r\n\r\nX: 1').text).toContain('Content-Type: text/plain X: 1\r\n\r\nx');
  });

  it('has a boundary of its own each time', () => {
    expect(partOf('a').boundary).not.toBe(partOf('a').boundary);
  });
});
