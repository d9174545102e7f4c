import { describe, expect, it } from 'vitest';
import { GLOBAL_MAP, LOCAL_MAP } from '@/components/step/map-options';
import { globalMapData, localMapData } from '@/lib/draw/attention-data';
import { layoutMap, type MapGeometry } from '@/lib/draw/attention-map';
import { fillPixels, paintMap } from '@/lib/draw/attention-paint';
import { layoutNextToken } from '@/lib/draw/next-token';
import { placeOf } from '@/lib/model/layout';
import { readTrace, writeTrace } from '@/lib/trace/file';
import { figuresOf } from '@/lib/trace/head-figures';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';
import { recordingContext } from '../draw/recording-context';
import { THEME } from '../draw/theme';
import { DIMS, recorded } from '../trace/synthetic';

const SIZE = { width: 420, height: 360 };
const LARGE = { width: 900, height: 720 };
const LENGTH = 2048;
const long = recorded(2, LENGTH / 4 - 2, { ...DIMS, contextLength: LENGTH }).trace;
const short = recorded(2, 62, { ...DIMS, contextLength: 256 }).trace;
const CHOICE = { layer: 1, head: 2 };

function globalMap(trace: Trace, cursor: number, whole: boolean, size = SIZE): MapGeometry {
  return layoutMap(
    globalMapData(trace, cursor, CHOICE, { ...DEFAULT_MAP_VIEW, whole }),
    size,
    GLOBAL_MAP,
  );
}

function callsOf(geometry: MapGeometry): number {
  const { ctx, drawn } = recordingContext();
  paintMap(ctx, geometry, THEME, THEME.globalRamp);
  return drawn.length;
}

/** The axis has a test of its own for this length, in draw/axis-cost. */
describe('2,048 tokens of a synthetic trace', () => {
  it('say that they are synthetic, also when they come back from a file', () => {
    expect(long.length).toBe(LENGTH);
    expect(long.header.provenance).toBe('synthetic');
    expect(readTrace(writeTrace(long)).header.provenance).toBe('synthetic');
  });

  it('draw a map near the cursor that costs what one of a short run costs', () => {
    const near = globalMap(long, LENGTH - 1, false);
    expect(near.size).toBeLessThan(100);
    expect(near.cell).toBeGreaterThanOrEqual(GLOBAL_MAP.minCell);
    expect(callsOf(near)).toBeLessThan(callsOf(globalMap(short, 255, false)) * 1.5 + 50);
  });

  it('draw a map of all rows inside its panel, each cell the tensor’s own', () => {
    const all = globalMap(long, LENGTH - 1, true, LARGE);
    expect([all.first, all.written]).toEqual([0, LENGTH / 4 - 1]);
    expect(all.square.x + all.square.width).toBeLessThanOrEqual(LARGE.width);
    expect(all.square.y + all.square.height).toBeLessThanOrEqual(LARGE.height);
    const row = 400;
    const cells = Array.from(all.values.subarray(row * all.size, row * all.size + row + 1));
    expect(cells).toEqual([...long.globalRow(row, CHOICE.layer, CHOICE.head)]);
    // Cells this small are painted as one picture, a pixel each.
    expect(all.cell).toBeLessThan(4);
    const pixels = new Uint8ClampedArray(all.size ** 2 * 4);
    fillPixels(pixels, all, THEME.globalRamp, [1, 2, 3]);
    for (const column of [0, 17, row]) {
      const at = (row * all.size + column) * 4;
      const place = Math.round(255 * Math.sqrt(cells[column] ?? 0)) * 3;
      expect([...pixels.subarray(at, at + 3)]).toEqual([
        ...THEME.globalRamp.rgb.slice(place, place + 3),
      ]);
    }
  });

  it('lose nothing near the cursor: the earlier blocks are one column', () => {
    const { earlier, first, size, values, written } = globalMap(long, LENGTH - 1, false);
    expect(first).toBeGreaterThan(0);
    expect(first + written).toBe(LENGTH / 4 - 1);
    const last = Array.from(values.subarray((written - 1) * size, written * size));
    const shown = last.reduce((sum, weight) => sum + (Number.isNaN(weight) ? 0 : weight), 0);
    expect(shown + (earlier?.values[written - 1] ?? 0)).toBeCloseTo(1, 4);
  });

  it('have a local map, a distribution and figures at their last token', () => {
    const cursor = LENGTH - 1;
    const { ctx, drawn } = recordingContext();
    const local = localMapData(long, cursor, { layer: 0, head: 1 }, DEFAULT_MAP_VIEW);
    paintMap(ctx, layoutMap(local, SIZE, LOCAL_MAP), THEME, THEME.localRamp);
    expect(drawn.length).toBeGreaterThan(15);
    const { block, slot } = placeOf(cursor, long.dims);
    const logits = long.logits(block, slot);
    expect(logits).not.toBeNull();
    if (!logits) return;
    const { sampling } = long.header;
    const pick = long.tokens[cursor] ?? 0;
    const next = layoutNextToken({ logits, pick, sampling, endId: 1, padId: 0, count: 6 });
    const rest = next.keptRest.probability + next.droppedRest.probability;
    const shown = next.bars.reduce((sum, bar) => sum + bar.probability, 0);
    expect(shown + rest).toBeCloseTo(1, 6);
    expect(figuresOf(long)).toBe(figuresOf(long));
  });
});
