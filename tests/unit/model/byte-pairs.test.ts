import { describe, expect, it } from 'vitest';
import { BytePairs } from '@/lib/model/byte-pairs';

const NAMES = ['a', 'b', 'c', 'aa', 'ab', 'bc', 'aab', 'abc'];
const VOCAB = Object.fromEntries(NAMES.map((name, id) => [name, id]));

describe('BytePairs', () => {
  it.each<[string, [string, string][], string[]]>([
    ['abc', [], ['a', 'b', 'c']],
    // The earlier rule wins, wherever it applies.
    [
      'abc',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      ['ab', 'c'],
    ],
    [
      'abc',
      [
        ['b', 'c'],
        ['a', 'b'],
      ],
      ['a', 'bc'],
    ],
    // What was joined is joined further.
    [
      'abc',
      [
        ['a', 'b'],
        ['ab', 'c'],
      ],
      ['abc'],
    ],
    // Of overlapping pairs the left one is joined.
    ['aaa', [['a', 'a']], ['aa', 'a']],
    [
      'aaaab',
      [
        ['a', 'a'],
        ['aa', 'b'],
      ],
      ['aa', 'aab'],
    ],
  ])('joins %s by %j', (word, rules, parts) => {
    const ids = new BytePairs(VOCAB, rules).encode([...word]);
    expect(ids.map((id) => NAMES[id])).toEqual(parts);
  });

  it('refuses a character that has no entry', () => {
    expect(() => new BytePairs(VOCAB, []).encode(['x'])).toThrow(RangeError);
  });
});
