import { describe, expect, it } from 'vitest';
import { layoutLegend } from '@/lib/draw/axis-legend';
import { axisScale } from '@/lib/draw/axis-scale';
import { layoutCache, paintCache, scaleTop } from '@/lib/draw/cache-lane';
import { cacheCount, cacheData } from '@/lib/draw/from-trace';
import { layoutLocalLane, paintLocalLane } from '@/lib/draw/local-lane';
import { bytesPerGlobalPosition, bytesPerLocalPosition, cacheBytes } from '@/lib/model/cost';
import { sameLossRival } from '@/lib/model/rivals';
import { recorded } from '../trace/synthetic';
import { trace as shown } from './recorded-run';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

// Width 6, 2 block-decoder layers and 1 token-decoder layer in float32.
const GLOBAL = 2 * 2 * 6 * 4;
const LOCAL = 2 * 1 * 6 * 4;
const { trace } = recorded(2, 4);
const LANE = { x: 0, y: 10, width: 480, height: 100 };
const SCALE = axisScale(0, 12, 4, 480);

describe('the cache at a cursor', () => {
  it('counts one global position a block before, P + j local ones, one flat one a token before', () => {
    expect(cacheCount(trace, 18)).toMatchObject({
      global: 4 * GLOBAL,
      local: (2 + 2) * LOCAL,
      flat: (18 - 3) * (GLOBAL + LOCAL),
      globalPositions: 4,
      localPositions: 4,
      flatLayers: 3,
      promptTokens: 5,
      timesLess: (15 * (GLOBAL + LOCAL)) / (4 * GLOBAL + 4 * LOCAL),
      sameLoss: null,
    });
  });

  it('knows the flat model of the same loss of the shipped model, and what it holds over the same text', () => {
    const { header, dims, pads } = shown;
    const rival = sameLossRival(header.model.id);
    if (!rival) throw new Error('the default model has a rival');
    const count = cacheCount(shown, 60);
    const bytes = (60 - pads) * cacheBytes(rival.layers, rival.width, 1);
    const held = bytesPerGlobalPosition(dims) * 15 + bytesPerLocalPosition(dims) * 2;
    const { layers, width } = rival;
    expect(count.sameLoss).toEqual({ bytes, layers, width, timesLess: bytes / held });
    const lines = cacheData(shown, 60, null).flat;
    expect(lines.find(({ match }) => match === 'same loss')?.held(60)).toBe(bytes);
  });

  it('has no local cache for a prompt token and nothing to compare at the start', () => {
    expect(cacheCount(trace, 6).local).toBe(0);
    expect(cacheCount(trace, 0).timesLess).toBeNull();
  });
});

describe('the main lane', () => {
  const lane = layoutCache(cacheData(trace, 18, 6 * GLOBAL), SCALE, LANE);
  const y = (bytes: number) => LANE.y + LANE.height * (1 - bytes / lane.top);

  it('lights up the slot of the block under the pointer: the step that it added, from then on', () => {
    const tall = { ...LANE, height: 1000 };
    const lit = (block: number | null) =>
      layoutCache({ ...cacheData(trace, 18, null), lit: block }, SCALE, tall);
    const { slot, top } = lit(2);
    const at = (bytes: number) => tall.y + tall.height * (1 - bytes / top);
    expect(slot).toMatchObject({ x: 3 * 40, y: at(3 * GLOBAL), width: 190 - 120 });
    expect((slot?.y ?? 0) + (slot?.height ?? 0)).toBeCloseTo(at(2 * GLOBAL), 6);
    // The block being written has none yet.
    expect(lit(4).slot).toBe(null);
    expect(lit(null).slot).toBe(null);
  });

  it('is a staircase: one step a block, up to the cursor', () => {
    expect(lane.blocks).toEqual({ from: 0, to: 5 });
    expect([...lane.steps]).toEqual([0, 1, 2, 3, 4].map((n) => y(n * GLOBAL)));
    const { ctx, drawn } = recordingContext();
    paintCache(ctx, lane, THEME);
    const xs = drawn.filter(({ call }) => call === 'lineTo').map(({ values }) => values[0]);
    // The newest step ends behind the cursor's token, 18.
    expect(xs).toContain(160);
    expect(xs).toContain(190);
  });

  it('stacks the local window on it, filling from prefix to last slot', () => {
    const heights = [...lane.stacked].map((top, token) => {
      const step = lane.steps[Math.floor(token / 4)] ?? Number.NaN;
      return ((step - top) / LANE.height) * (lane.top / LOCAL);
    });
    expect(heights.slice(0, 8).every(Number.isNaN)).toBe(true);
    expect(heights.slice(8).map((height) => Math.round(height * 1e6) / 1e6)).toEqual([
      2, 3, 4, 5, 2, 3, 4, 5, 2, 3, 4,
    ]);
  });

  it('draws a line for the flat model of the same size, and one for the same loss where it is known', () => {
    expect(lane.flat.map((line) => line.match)).toEqual(['same size']);
    const both = layoutCache(cacheData(trace, 18, null, { bytesPerToken: 60 }), SCALE, LANE);
    expect(both.flat.map((line) => line.match)).toEqual(['same size', 'same loss']);
    const bytes = both.flat.map(
      ({ ys }) => ((LANE.y + LANE.height - (ys[18] ?? 0)) / LANE.height) * both.top,
    );
    expect(bytes[0]).toBeCloseTo(15 * (GLOBAL + LOCAL), 6);
    expect(bytes[1]).toBeCloseTo(15 * 60, 6);
  });

  it('has a scale that the whole view fits, the same for every cursor in it', () => {
    expect(lane.top).toBeGreaterThanOrEqual(48 * (GLOBAL + LOCAL) - 3 * (GLOBAL + LOCAL));
    expect(layoutCache(cacheData(trace, 9, null), SCALE, LANE).top).toBe(lane.top);
  });

  it('draws what is allocated, or says that it lies above the scale', () => {
    expect(lane.allocatedY).toBe(y(6 * GLOBAL));
    const high = layoutCache(cacheData(trace, 18, 1024 * 1024), SCALE, LANE);
    expect(high.allocatedY).toBeNull();
    expect(high.allocatedAbove).toBe('1 MiB');
  });
});

describe('the key of the lanes', () => {
  const key = (sameLoss: { bytesPerToken: number } | null) => {
    const data = cacheData(trace, 18, 1024 * 1024, sameLoss);
    return layoutLegend(data, layoutCache(data, SCALE, LANE), 18, LANE, 12);
  };

  it('gives each line its value and names the rival of the ratio', () => {
    const { items, ratio } = key(null);
    const held = 4 * GLOBAL + 4 * LOCAL;
    expect(ratio).toBe(
      `${((15 * (GLOBAL + LOCAL)) / held).toFixed(1)} × less than flat, same size`,
    );
    expect(items.map((item) => item.text)).toEqual([
      `global, held ${4 * GLOBAL} B`,
      `local (derived) ${4 * LOCAL} B`,
      'flat, same size 2.1 KiB',
      'allocated 1 MiB ↑ above this scale',
    ]);
  });

  it('compares with the flat model of the same loss where there is one', () => {
    const { items, ratio } = key({ bytesPerToken: 60 });
    expect(ratio).toBe(
      `${((15 * 60) / (4 * GLOBAL + 4 * LOCAL)).toFixed(1)} × less than flat, same loss`,
    );
    expect(items.map((item) => item.swatch)).toContain('same loss');
  });
});

describe('the local lane', () => {
  const lane = layoutLocalLane(cacheData(trace, 18, null), SCALE, LANE);

  it('rises to the top of its own scale at the last slot and drops at the boundary', () => {
    const heights = [...lane.heights].map((height) => Math.round((height / LANE.height) * 5));
    expect(heights.slice(0, 13)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 4, 5, 2]);
  });

  it('hatches the prompt', () => {
    expect(lane.prompt).toMatchObject({ x: 0, width: 80 });
  });
});

describe('the local lane from afar', () => {
  const far = layoutLocalLane(cacheData(trace, 18, null), axisScale(0, 64, 4, 480), LANE);

  it('is the envelope of each block: bars of less than two pixels would blur', () => {
    expect(layoutLocalLane(cacheData(trace, 18, null), SCALE, LANE).envelope).toBe(null);
    const fifths = (heights: Float32Array | undefined) =>
      [...(heights ?? [])].map((height) => Math.round((height / LANE.height) * 5));
    expect(far.envelope?.blocks).toEqual({ from: 0, to: 5 });
    expect(fifths(far.envelope?.highest)).toEqual([0, 0, 5, 5, 4]);
    expect(fifths(far.envelope?.lowest)).toEqual([0, 0, 2, 2, 2]);
  });

  it('is drawn as two areas that end with the cursor’s token', () => {
    const { ctx, drawn } = recordingContext();
    paintLocalLane(ctx, { ...far, prompt: null, now: -1 }, THEME);
    expect(drawn.filter(({ call }) => call === 'fill')).toHaveLength(2);
    expect(drawn.filter(({ call }) => call === 'rect')).toHaveLength(0);
    const xs = drawn.filter(({ call }) => call === 'lineTo').map(({ values }) => Number(values[0]));
    // The last line is the floor of the lane.
    expect(Math.max(...xs.slice(0, -1))).toBeCloseTo(19 * far.scale.pitch, 6);
  });
});

describe('the top of a scale', () => {
  it('is round and never too small', () => {
    for (const bytes of [1, 8191, 9000, 123_456, 12_582_912]) {
      expect(scaleTop(bytes)).toBeGreaterThanOrEqual(bytes);
      expect(scaleTop(bytes) % 4096).toBe(0);
    }
    expect(scaleTop(576 * 1024)).toBe(768 * 1024);
  });
});
