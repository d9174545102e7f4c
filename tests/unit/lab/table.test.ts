import { expect, test } from 'vitest';
import { reasonOf } from '@/bench/lib/reason';
import { number, percent, table } from '@/lib/lab/table';

test('a table is Markdown, whatever its cells hold', () => {
  expect(
    table(
      ['row', 'ms'],
      [
        ['a | b', '1'],
        ['c\nd', '2'],
      ],
    ),
  ).toBe('| row | ms |\n| --- | ---: |\n| a \\| b | 1 |\n| c d | 2 |');
});

test('numbers have three digits that count', () => {
  expect([12345.6, 123.4, 12.34, 1.234, 0.01234, 0, 1].map(number)).toEqual([
    '12,346',
    '123',
    '12.3',
    '1.23',
    '0.0123',
    '0',
    '1.00',
  ]);
  expect([null, undefined, Number.NaN].map(number)).toEqual(['–', '–', '–']);
  expect(percent(0.1234)).toBe('12.3 %');
  expect(percent(null)).toBe('–');
});

test('a reason is one line without folders', () => {
  expect(reasonOf(new Error('worker.evaluate: Error: no room\n  at x'))).toBe('no room');
  expect(reasonOf(new Error('Load model from /home/a/models/m/step.onnx failed'))).toBe(
    'Load model from step.onnx failed',
  );
  expect(reasonOf('3/4 done, n/a')).toBe('3/4 done, n/a');
});
