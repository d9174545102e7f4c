import { describe, expect, it } from 'vitest';
import { type AxisData, layoutAxis, paintAxis } from '@/lib/draw/axis';
import { tokenX } from '@/lib/draw/axis-scale';
import { paintRun } from '@/lib/draw/run-strip';
import { paintStrip } from '@/lib/draw/token-strip';
import { DIMS, recorded } from '../trace/synthetic';
import { axisAt, branchOf } from './axis-sample';
import { type Drawn, recordingContext } from './recording-context';
import { THEME } from './theme';

const parent = recorded(3, 60, { ...DIMS, contextLength: 256 }).trace;
/** Token 82, slot 2 of block 20, was chosen by the reader. */
const AT = 82;
const branch = branchOf(parent, 20, 6);
const SIZE = { width: 1100, height: 360 };

const axisOf = (change: Partial<AxisData> = {}, trace = branch, cursor = 90) =>
  layoutAxis(axisAt(trace, cursor, { from: 15, span: 12, stripBlocks: 64, ...change }), SIZE);

function drawnBy(paint: (ctx: CanvasRenderingContext2D) => void): Drawn[] {
  const { ctx, drawn } = recordingContext();
  paint(ctx);
  return drawn;
}

const outlines = (drawn: Drawn[]) =>
  drawn.filter(({ call, strokeStyle }) => call === 'strokeRect' && strokeStyle === THEME.ink);
const strip = (axis: ReturnType<typeof axisOf>) =>
  drawnBy((ctx) => paintStrip(ctx, axis.strip, THEME));

describe('a token that the reader chose', () => {
  it('is outlined in ink, and no other is', () => {
    const axis = axisOf();
    const [outline, ...others] = outlines(strip(axis));
    expect(others).toEqual([]);
    const [x = 0, y = 0, width = 0, height = 0] = (outline?.values ?? []).map(Number);
    const { lane } = axis.strip;
    expect(x).toBeGreaterThan(tokenX(axis.scale, AT));
    expect(x + width).toBeLessThan(tokenX(axis.scale, AT + 1));
    expect(y).toBeGreaterThan(lane.y);
    expect(y + height).toBeLessThan(lane.y + lane.height);
    expect(outlines(strip(axisOf({}, parent)))).toEqual([]);
  });

  it('keeps its outline beside the frame of the cursor', () => {
    const axis = axisOf({}, branch, AT);
    const frame = drawnBy((ctx) => paintAxis(ctx, axis, THEME)).find(
      ({ call, strokeStyle }) => call === 'strokeRect' && strokeStyle === THEME.now,
    );
    const [outline] = outlines(strip(axis));
    // Both lines are at most two pixels wide.
    expect(Number(outline?.values[0])).toBeGreaterThanOrEqual(Number(frame?.values[0]) + 1.75);
  });

  it('is filled where its cell has no room for an outline, and left out beside the view', () => {
    const narrow = axisOf({ from: 0, span: 64 });
    expect(outlines(strip(narrow))).toEqual([]);
    const filled = strip(narrow).filter(
      ({ call, fillStyle }) => call === 'fillRect' && fillStyle === THEME.ink,
    );
    expect(filled).toHaveLength(1);
    expect(Number(filled[0]?.values[0])).toBeCloseTo(tokenX(narrow.scale, AT) + 1, 6);
    expect(axisOf({ from: 0, span: 12 }).strip.forced).toEqual([]);
  });
});

describe('where a run left its parent', () => {
  it('a mark stands before the token, over the tokens and on the strip of the run', () => {
    const axis = axisOf();
    const x = tokenX(axis.scale, AT);
    expect(axis.strip.branch).toBeCloseTo(x, 6);
    const line = strip(axis).find(
      ({ call, fillStyle }) => call === 'fillRect' && fillStyle === THEME.now,
    );
    expect(Number(line?.values[0]) + Number(line?.values[2]) / 2).toBeCloseTo(x, 6);

    const { run } = axis;
    expect(run.branch).toBeCloseTo(run.lane.x + AT * run.pitch, 6);
    const lines = drawnBy((ctx) => paintRun(ctx, run, THEME)).filter(
      ({ call, fillStyle }) => call === 'fillRect' && fillStyle === THEME.now,
    );
    expect(lines.map(({ values }) => Number(values[0]))).toContain((run.branch ?? 0) - 1);
    expect(Number(run.lane.y)).toBeLessThanOrEqual(run.track.y - 8);
  });

  it('nothing stands in a run of its own, nor beside the view', () => {
    const own = axisOf({}, parent);
    expect([own.strip.branch, own.run.branch]).toEqual([null, null]);
    expect(axisOf({ from: 0, span: 12 }).strip.branch).toBe(null);
  });
});
