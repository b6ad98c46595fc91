import { describe, expect, it } from 'vitest';

import { parseMultipart } from './multipart.js';

const TYPE = 'multipart/form-data; boundary=XX';

function parse(body: string | Buffer, type = TYPE): ReturnType<typeof parseMultipart> {
  return parseMultipart(type, Buffer.from(body));
}

function only(disposition: string): string | undefined {
  return parse(`--XX\r\nContent-Disposition: ${disposition}\r\n\r\nx\r\n--XX--\r\n`)?.[0]?.filename;
}

describe('a multipart body', () => {
  it('can have parts in any order, a preamble, padding, and headers in any case', () => {
    const parts = parse(
      'preamble\r\n--XX \t\r\ncontent-disposition: form-data; name="note"\r\n\r\nhi\r\n' +
        '--XX\r\nContent-Type: image/png\r\nCONTENT-DISPOSITION:form-data;filename="a.png";name=file\r\n\r\n\r\n--XX--epilogue',
    );
    expect(parts).toEqual([
      { name: 'note', contentType: 'application/octet-stream', bytes: Buffer.from('hi') },
      { name: 'file', filename: 'a.png', contentType: 'image/png', bytes: Buffer.alloc(0) },
    ]);
  });

  it('keeps binary data that looks like line ends and boundaries', () => {
    const bytes = Buffer.from([0, 255, 13, 10, 13, 10, ...Buffer.from('\r\n--XXY\r\n--X\r\n --XX\r\n\r\n')]);
    const parts = parse(
      Buffer.concat([
        Buffer.from('--XX\r\nContent-Disposition: form-data; name="file"\r\n\r\n'),
        bytes,
        Buffer.from('\r\n--XX--'),
      ]),
    );
    expect(parts?.map((part) => part.bytes)).toEqual([bytes]);
  });

  it('can have parts without headers', () => {
    expect(parse('--XX\r\n\r\nhi\r\n--XX--')).toEqual([
      { name: '', contentType: 'application/octet-stream', bytes: Buffer.from('hi') },
    ]);
  });

  it.each([
    ['its end cut off', '--XX\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc', TYPE],
    ['no delimiter', 'abc', TYPE],
    ['no boundary', '--XX--', 'multipart/form-data'],
    ['another type', '--XX--', 'multipart/mixed; boundary=XX'],
  ])('is undefined with %s', (_case, body, type) => {
    expect(parse(body, type)).toBeUndefined();
  });

  it('loses a part whose headers do not end', () => {
    expect(parse('--XX\r\nbroken\r\n--XX--')).toEqual([]);
  });

  it('is split at the last of two boundaries, as curl appends its own to the one of the command line', () => {
    const type = 'multipart/form-data; boundary=---WebKitFormBoundary7MA4YWxkTrZu0gW; boundary=XX';
    expect(parse('--XX\r\n\r\nhi\r\n--XX--', type)).toHaveLength(1);
    expect(parse('--XX\r\n\r\nhi\r\n--XX--', `${type}; charset=utf-8`)).toHaveLength(1);
  });

  it('can have a quoted boundary', () => {
    expect(parse('--a b\r\n\r\nx\r\n--a b--', 'Multipart/Form-Data; charset=x; boundary="a b"')).toHaveLength(
      1,
    );
  });
});

describe('a filename', () => {
  it.each([
    [String.raw`form-data; name="file"; filename="a \"b\".png"`, 'a "b".png'],
    ['form-data; name="file"; filename="a%22b.png"', 'a"b.png'],
    [String.raw`form-data; name="file"; filename="C:\temp\x.png"`, String.raw`C:\temp\x.png`],
    ['form-data; name="file"; filename=plain.png', 'plain.png'],
    ['form-data; name="file"; filename=""a.png""', 'a.png'],
    ['form-data; filename=""a.png""; name="file"', 'a.png'],
    ['form-data; name="file"; filename="my "best" photo.png"', 'my "best" photo.png'],
    [String.raw`form-data; name="file"; filename="\"a.png\""`, '"a.png"'],
    ['form-data; name="file"; filename="a;b=c.png"', 'a;b=c.png'],
    ['form-data; name="file"; filename="open.png', 'open.png'],
    ['form-data; name="file"; filename=""', ''],
    ['form-data; name="file"; filename="图片.png"', '图片.png'],
    ["form-data; name=file; filename=x; filename*=UTF-8''%E5%9B%BE.png", '图.png'],
    ["form-data; name=file; filename=x; filename*=UTF-8''%E5%9", 'x'],
    ['form-data; name="file"', undefined],
  ])('is read from %s as %s', (disposition, filename) => {
    expect(only(disposition)).toBe(filename);
  });
});
