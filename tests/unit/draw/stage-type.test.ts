import { describe, expect, it } from 'vitest';
import { GLOBAL_MAP, inType, LOCAL_MAP } from '@/components/step/map-options';
import { globalMapData, localMapData } from '@/lib/draw/attention-data';
import { layoutMap } from '@/lib/draw/attention-map';
import { paintMap } from '@/lib/draw/attention-paint';
import { layoutAxis, paintAxis } from '@/lib/draw/axis';
import { layoutSlots, paintSlots, slotsData } from '@/lib/draw/cache-things';
import { type CompareAxisData, layoutCompareAxis, paintCompareAxis } from '@/lib/draw/compare-axis';
import { compareLane, SurpriseReader } from '@/lib/draw/compare-lane';
import { layoutTiles, paintTiles } from '@/lib/draw/flow-tiles';
import { layoutMaskPicture, maskPictureIn, paintMaskPicture } from '@/lib/draw/mask-picture';
import type { Context2D } from '@/lib/draw/shapes';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import { blockTrace, flatTrace } from '../compare/traces';
import { panel } from '../methods/masks';
import { DIMS, recorded } from '../trace/synthetic';
import { axisAt } from './axis-sample';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const { trace } = recorded(2, 20, { ...DIMS, contextLength: 128 });
const CURSOR = 70;
const HEAD = { layer: 0, head: 0 };
const view = DEFAULT_MAP_VIEW;
const label = () => 'once upon a';

/** The sizes of all type that is painted. */
function typeOf(paint: (ctx: Context2D) => void): number[] {
  const sizes: number[] = [];
  const { ctx } = recordingContext();
  paint(
    new Proxy(ctx, {
      get: (target, name, receiver) =>
        name === 'fillText'
          ? () => sizes.push(Number(/([\d.]+)px/.exec(target.font)?.[1]))
          : Reflect.get(target, name, receiver),
      set: (target, name, value) => Reflect.set(target, name, value),
    }),
  );
  return sizes;
}

const lane = (given: Parameters<typeof compareLane>[0]['trace']) => {
  const surprises = new SurpriseReader();
  surprises.begin();
  return compareLane(
    { model: given.header.model.id, trace: given, givenBy: null },
    11,
    (id) => `t${id}`,
    surprises,
  );
};

const [block, flat] = [blockTrace(), flatTrace()];
const COMPARED: CompareAxisData = {
  upper: lane(block),
  lower: lane(flat),
  cursor: 11,
  from: 0,
  tokens: 32,
  vocabulary: flat.dims.vocabulary,
  reading: false,
  sameText: false,
  pointed: null,
};

/** Every drawing with words in it, in type of a size. */
const DRAWINGS: Record<string, (ctx: Context2D, type: number) => void> = {
  'global map': (ctx, type) => {
    const data = globalMapData(trace, CURSOR, HEAD, view, label);
    const geometry = layoutMap(data, { width: 620, height: 280 }, inType(GLOBAL_MAP, type));
    paintMap(ctx, geometry, THEME, THEME.globalRamp);
  },
  'local map': (ctx, type) => {
    const data = localMapData(trace, CURSOR, HEAD, view, label);
    const geometry = layoutMap(data, { width: 560, height: 280 }, inType(LOCAL_MAP, type));
    paintMap(ctx, geometry, THEME, THEME.localRamp);
  },
  'time axis': (ctx, type) => {
    const data = { ...axisAt(trace, CURSOR), leastType: type };
    paintAxis(ctx, layoutAxis(data, { width: 1400, height: 360 }), THEME);
  },
  'two lanes': (ctx, type) => {
    const size = { width: 1400, height: 420 };
    paintCompareAxis(ctx, layoutCompareAxis(COMPARED, size, type), THEME);
  },
  'all heads': (ctx, type) => {
    const data = {
      layers: 2,
      heads: 3,
      rows: 1,
      columns: 12,
      known: 1,
      values: (layer: number, head: number) => trace.globalRow(11, layer, head),
      visible: () => true,
      scale: 'sqrt' as const,
      current: null,
    };
    const options = { perLine: 1, maxCell: 48, square: false, type };
    const geometry = layoutTiles(data, { width: 900, height: 400 }, options);
    paintTiles(ctx, geometry, { selected: null, shown: null }, THEME, THEME.globalRamp);
  },
  'cache slots': (ctx, type) => {
    const geometry = layoutSlots(slotsData(trace, CURSOR), { width: 900, height: 260 }, type);
    paintSlots(ctx, geometry, null, THEME, THEME.globalRamp);
  },
  mask: (ctx, type) => {
    const options = maskPictureIn(type);
    const size = { width: 840, height: 840 };
    const one = { panel: panel('multi-head', 'all', 24) };
    paintMaskPicture(ctx, layoutMaskPicture(one, size, options), THEME);
  },
};

describe.each(Object.entries(DRAWINGS))('%s', (_, draw) => {
  it('has no type under 12 on a page, and none under 18 on a stage', () => {
    for (const least of [12, 18]) {
      const sizes = typeOf((ctx) => draw(ctx, least));
      expect(sizes.length).toBeGreaterThan(3);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(least);
    }
    expect(Math.min(...typeOf((ctx) => draw(ctx, 12)))).toBeLessThan(18);
  });
});
