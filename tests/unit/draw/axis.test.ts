import { describe, expect, it } from 'vitest';
import { type AxisData, layoutAxis, paintAxis } from '@/lib/draw/axis';
import {
  axisScale,
  blockMiddle,
  followWindow,
  tokenAt,
  tokenX,
  visibleBlocks,
} from '@/lib/draw/axis-scale';
import { arcsData, cacheData } from '@/lib/draw/from-trace';
import { recorded } from '../trace/synthetic';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const { trace } = recorded(2, 4);
const SIZE = { width: 1100, height: 360 };

function axisAt(cursor: number, change: Partial<AxisData> = {}): AxisData {
  return {
    blockLength: 4,
    firstBlock: 0,
    blocks: 12,
    strip: {
      length: trace.length,
      label: (token) => `t${token}`,
      pads: trace.pads,
      promptBlocks: trace.promptBlocks,
      discardedFrom: null,
      cursor,
    },
    arcs: arcsData(trace, cursor, { layer: 0, head: 0 }),
    cache: cacheData(trace, cursor, 6 * 96),
    hovered: null,
    boundary: 1,
    ...change,
  };
}

describe('the axis', () => {
  const geometry = layoutAxis(axisAt(18), SIZE);
  const { scale } = geometry;

  it('gives text, playhead, caches and timeline the same x', () => {
    const cell = geometry.strip.cells[18];
    const middle = tokenX(scale, 18.5);
    expect(cell?.x).toBe(tokenX(scale, 18));
    expect(geometry.playhead?.x).toBe(middle);
    expect(geometry.run.playhead).toBeCloseTo(middle, 9);
    expect(geometry.cache.flat[18]?.x).toBeCloseTo(middle, 9);
    expect(geometry.local.bars.at(-1)?.x).toBe(cell?.x);
    expect(geometry.run.pitch).toBe(scale.pitch);
  });

  it('draws the arcs of row b − 1 from the middle of block b − 1, and one link on to b', () => {
    const { arcs } = geometry;
    expect(arcs.from).toEqual({ block: 3, x: blockMiddle(scale, 3) });
    expect(arcs.onTo).toEqual({ block: 4, x: blockMiddle(scale, 4) });
    expect(arcs.arcs.map((arc) => arc.block)).toEqual([0, 1, 2]);
    const row = trace.globalRow(3, 0, 0);
    expect(arcs.arcs.map((arc) => arc.weight)).toEqual([row[0], row[1], row[2]]);
    expect(arcs.own?.weight).toBe(row[3]);
  });

  it('names what lies left of the view', () => {
    const scrolled = layoutAxis(axisAt(18, { firstBlock: 2, blocks: 4 }), SIZE);
    const row = trace.globalRow(3, 0, 0);
    expect(scrolled.arcs.outside.blocks).toBe(2);
    expect(scrolled.arcs.outside.weight).toBeCloseTo((row[0] ?? 0) + (row[1] ?? 0), 6);
    expect(scrolled.run.view).not.toBeNull();
    expect(geometry.run.view).toBeNull();
  });

  it('knows pads, prompt and written tokens, and what is empty', () => {
    const kinds = geometry.strip.cells.map((cell) => cell.kind);
    expect(kinds.slice(0, 9)).toEqual(
      [...'ppp'].map(() => 'pad').concat(Array(5).fill('prompt'), 'written'),
    );
    expect(kinds[trace.length]).toBe('empty');
  });

  it('hatches discarded tokens', () => {
    const data = axisAt(18);
    const cut = layoutAxis({ ...data, strip: { ...data.strip, discardedFrom: 22 } }, SIZE);
    expect(cut.strip.cells.slice(21, 25).map((cell) => cell.kind)).toEqual([
      'written',
      'discarded',
      'discarded',
      'empty',
    ]);
  });

  it('paints without a run as well', () => {
    const { ctx, drawn } = recordingContext();
    const strip = { ...axisAt(0).strip, length: 0, pads: 0, promptBlocks: 0, cursor: null };
    paintAxis(ctx, layoutAxis(axisAt(0, { strip, arcs: null, cache: null }), SIZE), THEME);
    expect(drawn.length).toBeGreaterThan(0);
  });
});

describe('a place on the axis', () => {
  it('is the token whose cell it lies in', () => {
    const scale = axisScale(3, 12, 4, 960, 40);
    for (let token = 12; token < 60; token++) {
      expect(tokenAt(scale, tokenX(scale, token) + 0.01)).toBe(token);
      expect(tokenAt(scale, tokenX(scale, token + 1) - 0.01)).toBe(token);
    }
  });
});

describe('the window', () => {
  it('shows about twelve blocks on a laptop and at least four anywhere', () => {
    expect(visibleBlocks(1032, 4)).toBe(12);
    expect(visibleBlocks(328, 4)).toBe(4);
    expect(visibleBlocks(4000, 4)).toBe(16);
  });

  it('always holds the cursor’s block', () => {
    let first = 0;
    for (const block of [0, 1, 5, 11, 12, 30, 63, 40, 2, 0, 63]) {
      first = followWindow(first, block, 12, 64);
      expect(block).toBeGreaterThanOrEqual(first);
      expect(block).toBeLessThan(first + 12);
      expect(first).toBeLessThanOrEqual(52);
    }
  });

  it('stays put while the cursor moves inside it', () => {
    expect(followWindow(20, 25, 12, 64)).toBe(20);
    expect(followWindow(20, 22, 12, 64)).toBe(20);
  });
});
