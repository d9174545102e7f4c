import { expect, it } from 'vitest';
import { cell, spread, svg } from '@/scripts/report/pictures/svg';

it('moves labels apart without turning their order, and keeps them above the floor', () => {
  expect(spread([10, 50, 12], 15, 100)).toEqual([10, 50, 25]);
  expect(spread([98, 90, 95], 15, 100)).toEqual([100, 70, 85]);
  expect(spread([], 15, 100)).toEqual([]);
});

it('writes text as text and holds a rule for every colour used, light and dark', () => {
  const frame = { width: 10, height: 10, title: 'a < b & c', description: '' };
  const box = { x: 0, y: 0, width: 30, height: 20 };
  const picture = svg(frame, cell(box, 0, 'global') + cell(box, 1, 'local'));
  expect(picture).toContain('<title>a &lt; b &amp; c</title>');
  for (const step of ['global-0', 'local-24'])
    expect(picture.match(new RegExp(`\\.${step}\\{fill:`, 'g'))).toHaveLength(2);
  expect(picture).toContain('>100</text>');
});
