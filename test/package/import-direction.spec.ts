import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, specifiersOf } from './support/repository.js';

/** The rooms of lib/ from left to right: a room imports only rooms that stand further left. */
const LINE = [
  ['errors'],
  ['http'],
  ['checks'],
  ['retry'],
  ['token', 'rate-limit'],
  ['client'],
  ['messages', 'files'],
  ['options'],
  ['registration'],
];
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  redis: ['errors', 'http', 'checks', 'token', 'rate-limit'],
  testing: [],
};
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ...BESIDE,
  ...Object.fromEntries(
    LINE.flatMap((rooms, index) => rooms.map((room) => [room, LINE.slice(0, index).flat()])),
  ),
};

const sources = filesIn('lib', '.ts').filter(({ path }) => path.includes('/') && !path.endsWith('.spec.ts'));
// What the build imports is imported at run time; the imports of types are gone from it.
const built = filesIn('dist', '.js').filter(({ path }) => path.includes('/'));

describe('the rooms of lib/', () => {
  it('are all listed above', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)));
    expect([...rooms].toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
  });

  it.each(Object.entries(ALLOWED))('%s imports at run time only from %j', (room, allowed) => {
    expect(importsOf(room, built).filter(({ to }) => !allowed.includes(to))).toEqual([]);
  });

  const typesAllowed = Object.entries(ALLOWED).map(
    ([room, allowed]) => [room, room in BESIDE ? allowed : [...allowed, 'options']] as const,
  );
  it.each(typesAllowed)('%s imports types only from %j', (room, allowed) => {
    expect(importsOf(room, sources).filter(({ to }) => !allowed.includes(to))).toEqual([]);
  });
});

/** What the files of a room import from other rooms. */
function importsOf(room: string, files: typeof sources): { from: string; to: string }[] {
  return files
    .filter(({ path }) => roomOf(path) === room)
    .flatMap(({ path, text }) =>
      specifiersOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => ({
          from: path,
          to: roomOf(posix.normalize(posix.join(posix.dirname(path), specifier))),
        })),
    )
    .filter(({ to }) => to !== room && to !== 'version.js');
}

function roomOf(path: string): string {
  const [room = ''] = path.split('/');
  return room;
}
