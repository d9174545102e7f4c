import { describe, expect, it } from 'vitest';
import { type AxisData, layoutAxis } from '@/lib/draw/axis';
import { cacheData } from '@/lib/draw/from-trace';
import { DIMS, recorded } from '../trace/synthetic';
import { axisAt } from './axis-sample';

const { trace } = recorded(3, 60, { ...DIMS, contextLength: 256 });
const LAPTOP = { width: 1108, height: 339 };

const axisOf = (cursor: number, change: Partial<AxisData> = {}, size = LAPTOP) =>
  layoutAxis(axisAt(trace, cursor, { stripBlocks: 64, ...change }), size);
const texts = (axis: ReturnType<typeof axisOf>) => axis.notes.map(({ text }) => text);

describe('words at the lines of the cache lanes', () => {
  it('say what the lines are, with the bytes that a token of the flat model takes', () => {
    // Three layers of width 6 in float32: 2 × 3 × 6 × 4 bytes.
    const own = cacheData(trace, 171, null);
    expect(texts(axisOf(171, { from: 31, cache: own }))).toEqual([
      'flat, same size: 144 B a token',
      'one slot a block',
      'local: fills, then dropped',
    ]);
    const cache = cacheData(trace, 171, null, { bytesPerToken: 72 });
    expect(texts(axisOf(171, { from: 33, cache }))).toContain('flat, same loss: 72 B a token');
  });

  it('stand in the local lane while there is room behind the cursor', () => {
    const { notes, local } = axisOf(30);
    const note = notes.find(({ text }) => text === 'fills, then dropped');
    expect(note?.y).toBeGreaterThan(local.lane.y);
    expect(note?.y).toBeLessThan(local.lane.y + local.lane.height);
  });

  it('touch no line, and stay between the edge and the cursor', () => {
    let checked = 0;
    for (const span of [4, 12, 30, 64]) {
      for (let cursor = 20; cursor < 252; cursor += 7) {
        const from = Math.max(0, Math.floor(cursor / 4) + 1 - span);
        const { notes, cache, playhead, local } = axisOf(cursor, { from, span });
        for (const { text, x, y } of notes) {
          if (y > local.lane.y) continue;
          // Twelve pixels high, as the drawn faces are wide at most.
          const end = x + text.length * 12 * 0.55;
          expect(x).toBeGreaterThanOrEqual(cache.lane.x);
          expect(end).toBeLessThan(playhead?.x ?? 0);
          expect(y - 9).toBeGreaterThanOrEqual(cache.lane.y);
          for (const { xs, ys } of cache.flat) {
            for (const [i, at] of xs.entries()) {
              if (at < x || at > end) continue;
              const over = (ys[i] ?? 0) <= y - 10;
              expect(over || (ys[i] ?? 0) >= y + 1).toBe(true);
              checked++;
            }
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(500);
  });

  it('stay where they are while the run is written to the right of them', () => {
    const at = (cursor: number) => axisOf(cursor, { from: 20, span: 24 }).notes;
    const flat = (cursor: number) => at(cursor).find(({ tone }) => tone === 'flat');
    expect(flat(150)).toBeDefined();
    expect(flat(170)).toEqual(flat(150));
  });

  it('are left out where the lane is low', () => {
    expect(texts(axisOf(171, { from: 33 }, { width: 1108, height: 260 }))).toEqual([]);
  });
});

describe('the key of the cache lanes', () => {
  const key = (change: Partial<AxisData>) => axisOf(171, { from: 33, ...change }).legend;

  it('speaks of the token at the cursor, whatever is lit up elsewhere', () => {
    const still = key({});
    expect(still.lead).toBe(null);
    for (const from of [0, 40, 150]) {
      const { lead, ratio, items } = key({ hovered: { from, to: from + 1 } });
      expect({ lead, ratio, items }).toEqual({
        lead: null,
        ratio: still.ratio,
        items: still.items,
      });
    }
  });

  it('speaks of a token under a pointer on the lanes, and says so', () => {
    const pointed = key({ pointed: 150 });
    expect(pointed.lead).toBe('at token 150:');
    expect(pointed.items).toEqual(axisOf(150, { from: 33 }).legend.items);
    expect(pointed.items).not.toEqual(key({}).items);
    // Nothing is drawn behind the cursor.
    expect(key({ pointed: 172 })).toEqual(key({}));
  });
});
