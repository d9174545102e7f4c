import { describe, expect, it } from 'vitest';
import { type AxisData, layoutAxis, paintAxis } from '@/lib/draw/axis';
import { cacheData } from '@/lib/draw/from-trace';
import type { Size } from '@/lib/draw/shapes';
import { DIMS, recorded } from '../trace/synthetic';
import { axisAt } from './axis-sample';
import { picture } from './picture';
import { THEME } from './theme';

const { trace } = recorded(3, 61, { ...DIMS, contextLength: 256 });
const LAPTOP = { width: 1108, height: 339 };
const PHONE = { width: 328, height: 520 };

function drawn(name: string, cursor: number, change: Partial<AxisData>, size: Size): string {
  const data = axisAt(trace, cursor, { stripBlocks: 64, ...change });
  const title = `${name}: a synthetic trace`;
  return picture(title, size, THEME.paper, (ctx) => paintAxis(ctx, layoutAxis(data, size), THEME));
}

/** A change of these files is a change of what the reader sees: open them, and store them again with `vitest -u` if it is meant. */
describe('the axis looks as it did', () => {
  it.each([
    ['axis-first-blocks', 46, { from: 0, span: 12 }, LAPTOP],
    ['axis-one-block', 171, { from: 42, span: 1 }, LAPTOP],
    ['axis-whole-run', 171, { from: 0, span: 64 }, LAPTOP],
    ['axis-hovered', 171, { from: 33, span: 12, hovered: { from: 150, to: 151 } }, LAPTOP],
    ['axis-phone', 171, { from: 40, span: 4 }, PHONE],
    [
      'axis-two-rivals',
      171,
      { from: 33, span: 12, cache: cacheData(trace, 171, 64 * 96, { bytesPerToken: 72 }) },
      LAPTOP,
    ],
  ] as const)('%s', async (name, cursor, change, size) => {
    await expect(drawn(name, cursor, change, size)).toMatchFileSnapshot(`pictures/${name}.svg`);
  });
});
