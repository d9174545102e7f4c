import { describe, expect, it } from 'vitest';
import { type AxisData, layoutAxis, paintAxis } from '@/lib/draw/axis';
import { cacheData } from '@/lib/draw/from-trace';
import type { Size } from '@/lib/draw/shapes';
import { DIMS, recorded } from '../trace/synthetic';
import { axisAt, branchOf } from './axis-sample';
import { picture } from './picture';
import { DARK, THEME } from './theme';

const { trace } = recorded(3, 61, { ...DIMS, contextLength: 256 });
/** Token 146 was chosen by the reader. */
const branch = branchOf(trace, 36, 6);
const LAPTOP = { width: 1108, height: 339 };
const PHONE = { width: 328, height: 520 };

function drawn(
  name: string,
  cursor: number,
  change: Partial<AxisData>,
  size: Size,
  of = trace,
  theme = THEME,
): string {
  const data = axisAt(of, cursor, { stripBlocks: 64, ...change });
  const title = `${name}: a synthetic trace`;
  return picture(title, size, theme.paper, (ctx) => paintAxis(ctx, layoutAxis(data, size), theme));
}

/** A change of these files is a change of what the reader sees: open them, and store them again with `vitest -u` if it is meant. */
describe('the axis looks as it did', () => {
  it.each([
    ['axis-first-blocks', 46, { from: 0, span: 12 }, LAPTOP],
    ['axis-one-block', 171, { from: 42, span: 1 }, LAPTOP],
    ['axis-whole-run', 171, { from: 0, span: 64 }, LAPTOP],
    ['axis-lines', 82, { from: 0, span: 22 }, LAPTOP],
    ['axis-far', 171, { from: 0, span: 140, stripBlocks: 140 }, LAPTOP],
    [
      'axis-pointed',
      171,
      { from: 33, span: 12, hovered: { from: 150, to: 151 }, pointed: 150 },
      LAPTOP,
    ],
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

  it.each([
    ['axis-branch', 155, { from: 33, span: 9 }, LAPTOP, THEME],
    ['axis-branch-dark', 155, { from: 33, span: 9 }, LAPTOP, DARK],
    ['axis-branch-now', 146, { from: 36, span: 1 }, LAPTOP, THEME],
    ['axis-branch-whole-run', 155, { from: 0, span: 64 }, LAPTOP, THEME],
  ] as const)('%s', async (name, cursor, change, size, theme) => {
    const svg = drawn(`${name}, token 146 forced`, cursor, change, size, branch, theme);
    await expect(svg).toMatchFileSnapshot(`pictures/${name}.svg`);
  });
});
