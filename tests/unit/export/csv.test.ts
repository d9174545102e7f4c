import { csvParse, csvParseRows } from 'd3';
import { describe, expect, it } from 'vitest';
import { shortest, toCsv } from '@/lib/export/csv';
import { value } from '../trace/synthetic';

describe('CSV', () => {
  it('quotes what RFC 4180 asks for and ends every line with CRLF', () => {
    const text = toCsv(
      ['token', 'weight'],
      [
        ['a,b', 0.5],
        ['say "so"', 1],
        ['two\nlines', null],
        ['plain', true],
      ],
    );
    expect(text).toBe(
      'token,weight\r\n"a,b",0.5\r\n"say ""so""",1\r\n"two\nlines",\r\nplain,true\r\n',
    );
    expect(csvParse(text).map((row) => row.token)).toEqual([
      'a,b',
      'say "so"',
      'two\nlines',
      'plain',
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\n=1', '\tx', '\rx'])(
    'keeps a spreadsheet from running %j',
    (token) => {
      expect(csvParseRows(toCsv(['t'], [[token]]))).toEqual([['t'], [`'${token}`]]);
    },
  );

  it.each(['a=1', "it's", '1-2', ' so', 'x\n', 'ä 🙂', ''])('leaves %j as it is', (token) => {
    expect(csvParseRows(toCsv(['t', 'n'], [[token, 1]]))[1]).toEqual([token, '1']);
  });

  it('never guards a number', () => {
    expect(toCsv(['v'], [[-0.25], [-1e-7]])).toBe('v\r\n-0.25\r\n-1e-7\r\n');
  });
});

describe('a float32', () => {
  it('is written so that the same float32 is read back', () => {
    expect(shortest(Math.fround(0.1))).toBe(0.1);
    expect(shortest(0)).toBe(0);
    for (let i = 0; i < 2000; i++) {
      const number = Math.fround((value(i) - 0.5) * 10 ** ((i % 60) - 40));
      const short = shortest(number);
      expect(Math.fround(short)).toBe(number);
      // Never more digits than a float32 has.
      expect(Number(short.toPrecision(9))).toBe(short);
    }
  });
});
