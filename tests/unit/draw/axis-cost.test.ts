import { describe, expect, it } from 'vitest';
import { layoutAxis, paintAxis } from '@/lib/draw/axis';
import type { Trace } from '@/lib/trace/trace';
import { DIMS, recorded } from '../trace/synthetic';
import { axisAt } from './axis-sample';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const SIZE = { width: 1108, height: 339 };
const long = recorded(2, 510, { ...DIMS, contextLength: 2048 }).trace;
const short = recorded(2, 62, { ...DIMS, contextLength: 256 }).trace;

function callsOf(trace: Trace, cursor: number, from: number, span: number): number {
  const { ctx, drawn } = recordingContext();
  const stripBlocks = Math.max(trace.blocks, span);
  paintAxis(ctx, layoutAxis(axisAt(trace, cursor, { from, span, stripBlocks }), SIZE), THEME);
  return drawn.length;
}

/** A synthetic trace, so marked; only the number of draw calls is looked at. */
describe('a run of 2,048 tokens', () => {
  it('is marked as synthetic', () => {
    expect(long.length).toBe(2048);
    expect(long.header.provenance).toBe('synthetic');
  });

  it('costs what is in view: twelve blocks as much as in a short run', () => {
    const shortRun = callsOf(short, 240, 52, 12);
    const longRun = callsOf(long, 2032, 500, 12);
    // The strip of the whole run has block borders of its own, at most one every seven pixels.
    expect(longRun).toBeLessThan(shortRun + SIZE.width / 7);
    expect(callsOf(long, 1000, 240, 12)).toBeLessThan(shortRun + SIZE.width / 7);
  });

  it('asks only for labels, bytes and surprises that are in view', () => {
    const asked = new Set<number>();
    const note =
      <T>(read: (token: number) => T) =>
      (token: number) => {
        asked.add(token);
        return read(token);
      };
    const data = axisAt(long, 1000, { from: 244, span: 12, stripBlocks: 512 });
    const { ctx } = recordingContext();
    data.strip.label = note(data.strip.label);
    if (data.cache) {
      data.cache.localHeld = note(data.cache.localHeld);
      data.cache.globalHeld = note(data.cache.globalHeld);
    }
    if (data.surprise) data.surprise = { ...data.surprise, bits: note(data.surprise.bits) };
    paintAxis(ctx, layoutAxis(data, SIZE), THEME);
    // The token at the right edge sets the scale.
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(244 * 4 - 4);
    expect(Math.max(...asked)).toBeLessThanOrEqual(256 * 4);
  });

  it('draws no more than a few marks a block even when all of it is in view', () => {
    expect(callsOf(long, 2047, 0, 512)).toBeLessThan(512 * 24);
  });

  it('fills bars as one path, not one by one', () => {
    const { ctx, drawn } = recordingContext();
    const data = axisAt(long, 2047, { from: 0, span: 512, stripBlocks: 512 });
    paintAxis(ctx, layoutAxis(data, SIZE), THEME);
    const fills = drawn.filter(({ call }) => call === 'fill' || call === 'fillRect');
    expect(fills.length).toBeLessThan(SIZE.width / 5);
  });
});
