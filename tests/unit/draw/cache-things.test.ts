import { describe, expect, it } from 'vitest';
import {
  byteRows,
  layoutSlots,
  moveSlot,
  paintSlots,
  slotAt,
  slotsData,
} from '@/lib/draw/cache-things';
import { recorded } from '../trace/synthetic';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const { trace } = recorded(2, 3);
// Width 6, 2 block-decoder layers and 1 token-decoder layer in float32; 3 pads, a context of 6 blocks.
const GLOBAL = 2 * 2 * 6 * 4;
const LOCAL = 2 * 1 * 6 * 4;
const CURSOR = 15;
const data = slotsData(trace, CURSOR);
const geometry = layoutSlots(data, { width: 300, height: 200 });

/** Paints and gives back what was filled with a colour. */
function filled(colour: string) {
  const { ctx, drawn } = recordingContext();
  paintSlots(ctx, geometry, null, THEME, THEME.globalRamp);
  return drawn.filter(({ call, fillStyle }) => call === 'fillRect' && fillStyle === colour);
}

describe('the cache as slots', () => {
  it('holds one slot for each block before the cursor’s, of as many as the context has', () => {
    expect(data).toMatchObject({ layers: 2, held: 3, slots: 6, pads: 3, blockLength: 4 });
    expect(geometry.lanes.map(({ layer, part }) => [layer, part])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('colours a slot by the length of its whole key or value, over all heads', () => {
    const norms = trace.kvNorms(2) ?? new Float32Array(0);
    const heads = [...norms.subarray(9, 12)];
    const whole = Math.sqrt(heads.reduce((sum, norm) => sum + norm * norm, 0));
    expect(data.norm(2, 1, 1)).toBeCloseTo(whole, 6);
    const place = Math.round((255 * whole) / data.top[1]);
    const colour = THEME.globalRamp.css[place] ?? '';
    const lane = geometry.lanes[3];
    expect(filled(colour).some(({ values }) => values[1] === lane?.y)).toBe(true);
  });

  it('has a round scale that all norms of the run fit, the same for every cursor', () => {
    for (const part of [0, 1] as const) {
      const norms = [0, 1, 2, 3].flatMap((slot) =>
        [0, 1].map((layer) => data.norm(slot, layer, part)),
      );
      expect(Math.max(...norms.map(Number))).toBeLessThanOrEqual(data.top[part]);
    }
    expect(slotsData(trace, 9).top).toEqual(data.top);
  });

  it('lies from whole pixel to whole pixel however narrow it is, and leaves none out', () => {
    const narrow = layoutSlots({ ...data, slots: 77, held: 0 }, { width: 333, height: 201 });
    expect(narrow.pitch % 1).not.toBe(0);
    const { ctx, drawn } = recordingContext();
    paintSlots(ctx, narrow, null, THEME, THEME.globalRamp);
    const boxes = drawn.filter(({ call }) => call === 'fillRect').map(({ values }) => values);
    expect(boxes).toHaveLength(4 * 77);
    for (const box of boxes) for (const number of box) expect(Number.isInteger(number)).toBe(true);
    for (let i = 1; i < 77; i++)
      expect(boxes[i]?.[0]).toBe(Number(boxes[i - 1]?.[0]) + Number(boxes[i - 1]?.[2]) + 1);
  });

  it('grows with its type, names and numbers with it', () => {
    const large = layoutSlots(data, { width: 600, height: 200 }, 20);
    expect([large.type, large.x]).toEqual([20, 110]);
    const { ctx, drawn } = recordingContext();
    const fonts: string[] = [];
    const noting = new Proxy(ctx, {
      set: (target, name, value) => {
        if (name === 'font') fonts.push(value);
        return Reflect.set(target, name, value);
      },
    });
    paintSlots(noting, large, null, THEME, THEME.globalRamp);
    expect(new Set(fonts)).toEqual(new Set([`400 20px ${THEME.sans}`]));
    const texts = drawn.filter(({ call }) => call === 'fillText').map(({ values }) => values);
    // Names end before the slots begin.
    for (const [text, x] of texts.filter(([text]) => text === 'K' || text === 'V'))
      expect(Number(x) + 20).toBeLessThan(large.x + (text === 'K' ? 0 : 1));
  });

  it('paints empty slots as empty and hatches the share of pads in slot 0', () => {
    expect(filled(THEME.line)).toHaveLength(4 * 3);
    const hatches = filled(THEME.hatchGround);
    const slot = geometry.lineHeight - 1;
    expect(hatches.map(({ values }) => values[0])).toEqual(Array(4).fill(geometry.x));
    expect(hatches.map(({ values }) => values[3])).toEqual(
      Array(4).fill(expect.closeTo((slot * 3) / 4)),
    );
  });

  it('gives the slot under a point and walks from slot to slot, starting at the newest', () => {
    const { x, pitch, lanes } = geometry;
    expect(slotAt(geometry, x + 2.5 * pitch, (lanes[2]?.y ?? 0) + 3)).toEqual({ lane: 2, slot: 2 });
    expect(slotAt(geometry, x - 4, (lanes[2]?.y ?? 0) + 3)).toBeNull();
    expect(moveSlot(geometry, null, 0, 1)).toEqual({ lane: 0, slot: 2 });
    expect(moveSlot(geometry, { lane: 3, slot: 5 }, 1, 1)).toEqual({ lane: 3, slot: 5 });
  });

  it('folds its lanes where slots would get too narrow to see', () => {
    const narrow = layoutSlots({ ...data, slots: 256 }, { width: 300, height: 300 });
    expect(narrow.perLine * narrow.pitch).toBeLessThanOrEqual(300 - narrow.x);
    expect(narrow.pitch).toBeGreaterThanOrEqual(3);
    const y = (narrow.lanes[0]?.y ?? 0) + 1.5 * narrow.lineHeight;
    expect(slotAt(narrow, narrow.x + 1, y)).toEqual({ lane: 0, slot: narrow.perLine });
  });
});

describe('the bytes of the cache', () => {
  const bytes = (rows: { name: string; bytes: number }[]) =>
    Object.fromEntries(rows.map((row) => [row.name, row.bytes]));

  it('are those held and those at the context’s end, beside a named rival', () => {
    const { now, full } = byteRows(trace, CURSOR);
    expect(bytes(now)).toEqual({
      global: 3 * GLOBAL,
      'local (derived)': (2 + (CURSOR % 4)) * LOCAL,
      'flat, same size (in the paper it writes better)': 12 * (GLOBAL + LOCAL),
    });
    expect(bytes(full)).toEqual({
      global: 6 * GLOBAL,
      'local, at most (derived)': 5 * LOCAL,
      'flat, same size (in the paper it writes better)': 24 * (GLOBAL + LOCAL),
    });
    expect(bytes(byteRows(trace, 6).now)['local (derived)']).toBe(0);
  });

  it('have the rival of the same loss where there is one', () => {
    const { now, full } = byteRows(trace, CURSOR, { bytesPerToken: 60 });
    expect(bytes(now)['flat, same loss']).toBe(12 * 60);
    expect(bytes(full)['flat, same loss']).toBe(24 * 60);
  });
});
