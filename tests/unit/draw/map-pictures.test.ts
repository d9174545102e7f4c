import { describe, expect, it } from 'vitest';
import { GLOBAL_MAP, LOCAL_MAP } from '@/components/step/map-options';
import { globalMapData, localMapData } from '@/lib/draw/attention-data';
import { layoutMap, type MapData, type MapOptions } from '@/lib/draw/attention-map';
import { paintMap, paintMapKey, paintThumbnail } from '@/lib/draw/attention-paint';
import { arrangeHeads } from '@/lib/draw/heads-layout';
import { type Size, shorten } from '@/lib/draw/shapes';
import type { Theme } from '@/lib/draw/theme';
import { placeOf } from '@/lib/model/layout';
import { DEFAULT_MAP_VIEW, type MapView } from '@/lib/trace/map-view';
import { picture } from './picture';
import { blockLabel, label, trace } from './recorded-run';
import { DARK, THEME } from './theme';

const HEAD = { layer: 0, head: 0 };
const PROJECTOR: Partial<MapOptions> = { type: 18, header: 30, numbers: true, maxCell: 128 };

interface Drawing {
  data: MapData;
  options: MapOptions;
  size: Size;
  ramp: 'globalRamp' | 'localRamp';
}

interface View {
  view?: Partial<MapView>;
  theme?: Theme;
  /** What the title says besides that the run was recorded. */
  what: string;
}

function globalMap(cursor: number, room: number, { view }: View): MapData {
  const row = (block: number) => shorten(`${String(block).padStart(2)} ${blockLabel(block)}`, room);
  return globalMapData(trace, cursor, HEAD, { ...DEFAULT_MAP_VIEW, ...view }, row);
}

function localMap(cursor: number, room: number): MapData {
  const { prefixLength, blockLength } = trace.dims;
  const first = placeOf(cursor, trace.dims).block * blockLength;
  const row = (position: number) => {
    const slot = position - prefixLength;
    return slot < 0 ? `prefix ${position}` : shorten(`s${slot} ${label(first + slot)}`, room);
  };
  return localMapData(trace, cursor, { layer: 0, head: 0 }, DEFAULT_MAP_VIEW, row);
}

function drawn(title: string, { data, options, size, ramp }: Drawing, theme = THEME): string {
  return picture(title, size, theme.paper, (ctx) =>
    paintMap(ctx, layoutMap(data, size, options), theme, theme[ramp]),
  );
}

const PANEL = { width: 392, height: 300 };
const globals: [name: string, cursor: number, view: View, change?: Partial<MapData>][] = [
  ['global-early', 18, { what: 'token 18, √ scale' }],
  ['global-late', 75, { what: 'token 75, √ scale' }],
  ['global-late-dark', 75, { what: 'token 75, √ scale, dark', theme: DARK }],
  ['global-log', 75, { what: 'token 75, log scale', view: { scale: 'log' } }],
  [
    'global-left-out',
    75,
    { what: 'largest until 50 %, block 0 hidden', view: { mass: 0.5, hideFirst: true } },
  ],
  ['global-chosen', 75, { what: 'row 12, column 5 chosen' }, { selected: { row: 12, column: 5 } }],
];

/** A change of these files is a change of what the reader sees: open them, and store them again with `vitest -u` if it is meant. */
describe('a map of the recorded run looks as it did', () => {
  it.each(globals)('%s', async (name, cursor, view, change = {}) => {
    const data = { ...globalMap(cursor, GLOBAL_MAP.labelRoom, view), ...change };
    const title = `Global attention, layer 0, head 0: ${view.what}; recorded run`;
    const map: Drawing = { data, options: GLOBAL_MAP, size: PANEL, ramp: 'globalRamp' };
    await expect(drawn(title, map, view.theme)).toMatchFileSnapshot(`pictures/${name}.svg`);
  });

  it('global-gathered', async () => {
    const data = globalMap(75, GLOBAL_MAP.labelRoom, { what: '' });
    const size = { width: 240, height: 150 };
    const map: Drawing = { data, options: GLOBAL_MAP, size, ramp: 'globalRamp' };
    const geometry = layoutMap(data, size, GLOBAL_MAP);
    expect(geometry.earlier).not.toBe(null);
    const title = `Global attention, layer 0, head 0: too little room, earlier keys gathered under Σ; recorded run`;
    await expect(drawn(title, map)).toMatchFileSnapshot('pictures/global-gathered.svg');
  });

  it('global-projector', async () => {
    const options = { ...GLOBAL_MAP, ...PROJECTOR, gutter: 272 };
    const data = { ...globalMap(46, 24, { what: '' }), size: 12 };
    const map: Drawing = {
      data,
      options,
      size: { width: 900, height: 640 },
      ramp: 'globalRamp',
    };
    const title = 'Global attention, layer 0, head 0: token 46 on a projector; recorded run';
    await expect(drawn(title, map)).toMatchFileSnapshot('pictures/global-projector.svg');
  });

  it.each([
    ['local-slot-0', 72, THEME],
    ['local-slot-3', 75, THEME],
    ['local-slot-3-dark', 75, DARK],
  ] as const)('%s', async (name, cursor, theme) => {
    const map: Drawing = {
      data: localMap(cursor, LOCAL_MAP.labelRoom),
      options: LOCAL_MAP,
      size: { width: 348, height: 244 },
      ramp: 'localRamp',
    };
    const title = `Local attention, layer 0, head 0: token ${cursor}, √ scale; recorded run`;
    await expect(drawn(title, map, theme)).toMatchFileSnapshot(`pictures/${name}.svg`);
  });
});

/** Zeros, the smallest weight that counts, and a left-out one, beside what is masked: none may look like another. */
const KINDS: MapData = {
  size: 4,
  rows: 3,
  whole: true,
  scale: 'sqrt',
  row: (row) => ({
    weights: Float32Array.from([[1], [0, 1], [0.001, 0.4, 0.599]][row] ?? []),
    leftOut: Uint8Array.from([[0], [0, 0], [0, 1, 0]][row] ?? []),
  }),
  join: 'sum',
  current: 2,
  rowLabel: (row) => `row ${row}`,
  columnLabel: String,
};

describe('masked, zero, small, left out and not written are told apart', () => {
  it.each([
    ['map-kinds', THEME],
    ['map-kinds-dark', DARK],
  ] as const)('%s', async (name, theme) => {
    const size = { width: 300, height: 240 };
    const options = { ...LOCAL_MAP, maxCell: 52, margin: 2 };
    const map: Drawing = { data: KINDS, options, size, ramp: 'globalRamp' };
    const title = 'Masked, zero, small, left out and not written: synthetic numbers';
    await expect(drawn(title, map, theme)).toMatchFileSnapshot(`pictures/${name}.svg`);
  });
});

describe('the heads of the recorded run look as they did', () => {
  it('heads', async () => {
    const { blockLayers, heads } = trace.dims;
    const [cell, gap, left, top] = [46, 6, 44, 26];
    const x = (column: number) => left + column * (cell + gap) + (column < heads ? 0 : 10);
    const size = { width: x(heads + 2), height: top + (blockLayers + 1) * (cell + gap) };
    const options = { ...GLOBAL_MAP, gutter: 0, header: 0, margin: 0, minCell: 2 };
    const title = 'All heads of the block decoder, token 22, √ scale; recorded run';
    const svg = picture(title, size, THEME.panel, (ctx) => {
      ctx.font = `400 12px ${THEME.mono}`;
      ctx.fillStyle = THEME.mute;
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'center';
      for (let head = 0; head < heads; head++) ctx.fillText(`h${head}`, x(head) + cell / 2, 12);
      ctx.fillText('mean', x(heads) + cell / 2, 12);
      ctx.fillText('max', x(heads + 1) + cell / 2, 12);
      arrangeHeads(blockLayers, heads, null).forEach((row, line) => {
        const choices = [...row.heads, ...row.combined];
        const y = top + line * (cell + gap);
        ctx.textAlign = 'left';
        ctx.fillStyle = THEME.mute;
        ctx.fillText(row.kind === 'all' ? 'all' : `L${line}`, 2, y + cell / 2);
        choices.forEach((choice, i) => {
          const data = globalMapData(trace, 22, choice, DEFAULT_MAP_VIEW);
          const square = { ...data, size: data.rows };
          ctx.save();
          ctx.translate(x(heads + 2 - choices.length + i), y);
          const map = layoutMap(square, { width: cell, height: cell + 1 }, options);
          paintThumbnail(ctx, map, THEME, THEME.globalRamp);
          ctx.restore();
        });
      });
    });
    await expect(svg).toMatchFileSnapshot('pictures/heads.svg');
  });
});

describe('the keys of the maps look as they did', () => {
  it.each([
    ['map-keys', THEME],
    ['map-keys-dark', DARK],
  ] as const)('%s', async (name, theme) => {
    const size = { width: 660, height: 116 };
    const svg = picture('The keys of the maps', size, theme.paper, (ctx) => {
      for (const [i, scale] of (['linear', 'sqrt', 'log'] as const).entries()) {
        const at = { x: 12, y: 22 + i * 36 };
        const ramp = i === 1 ? theme.localRamp : theme.globalRamp;
        paintMapKey(ctx, at, scale, i === 2, theme, ramp);
      }
    });
    await expect(svg).toMatchFileSnapshot(`pictures/${name}.svg`);
  });
});
