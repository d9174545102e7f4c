import { describe, expect, it } from 'vitest';
import { piecesOf, plainText, wordCount } from '@/lib/learn/marked';

describe('the marks of a text', () => {
  it('are stress, parts of the picture and pages', () => {
    expect(piecesOf('A *block* has a [row](global), see [Compare](./compare).')).toEqual([
      { kind: 'plain', text: 'A ' },
      { kind: 'stressed', text: 'block' },
      { kind: 'plain', text: ' has a ' },
      { kind: 'part', text: 'row', part: 'global' },
      { kind: 'plain', text: ', see ' },
      { kind: 'link', text: 'Compare', href: './compare' },
      { kind: 'plain', text: '.' },
    ]);
  });

  it('leave a text without any as it is', () => {
    expect(piecesOf('2 × 3 (of 6) [sic]')).toEqual([{ kind: 'plain', text: '2 × 3 (of 6) [sic]' }]);
    expect(piecesOf('')).toEqual([]);
  });

  it('must name a part that exists', () => {
    expect(() => piecesOf('the [map](globe)')).toThrow('“globe” is no part of the picture');
    expect(() => piecesOf('a [trap](https://example.org)')).toThrow(RangeError);
  });

  it('are not read as words', () => {
    const text = 'The [local map](local) gives *prefix 0* 35 % – or less.';
    expect(plainText(text)).toBe('The local map gives prefix 0 35 % – or less.');
    expect(wordCount(text)).toBe(9);
  });
});
