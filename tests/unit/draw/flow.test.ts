import { describe, expect, it } from 'vitest';
import { type FlowAnchors, layoutFlow, litPart, paintFlow } from '@/lib/draw/flow';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const panel = (x: number, y = 0) => ({ x, y, width: 100, height: 100 });
const ends = (x: number, y: number) => ({ left: { x, y }, right: { x: x + 60, y } });

const WIDE: FlowAnchors = {
  panels: [panel(0), panel(100), panel(200), panel(300), panel(400)],
  chips: [10, 20, 30, 40].map((y) => ({ x: 80, y })),
  globalRow: ends(120, 70),
  context: ends(220, 25),
  prefixes: [ends(220, 50), ends(220, 75)],
  prefixRows: [
    { x: 320, y: 15 },
    { x: 320, y: 30 },
  ],
  localRow: { x: 380, y: 60 },
  pick: { x: 420, y: 35 },
};

/** Where a stage's lines start and end. */
function endsOf(anchors: FlowAnchors, stage: number) {
  return layoutFlow(anchors)
    .joints.filter((joint) => joint.stage === stage)
    .map(({ points }) => [points[0], points.at(-1)]);
}

describe('the flow of a step', () => {
  it('leads from what was measured to what was made from it', () => {
    expect(endsOf(WIDE, 0)).toEqual(WIDE.chips.map((chip) => [chip, { x: 120, y: 70 }]));
    expect(endsOf(WIDE, 1)).toEqual([
      [
        { x: 180, y: 70 },
        { x: 220, y: 25 },
      ],
    ]);
    expect(endsOf(WIDE, 2).map(([, end]) => end)).toEqual([
      { x: 220, y: 50 },
      { x: 220, y: 75 },
    ]);
    expect(endsOf(WIDE, 3).map(([, end]) => end)).toEqual(WIDE.prefixRows);
    expect(endsOf(WIDE, 4)).toEqual([[WIDE.localRow, WIDE.pick]]);
  });

  it('turns from blue into orange at the prefixes and into the colour of now at the pick', () => {
    const hues = layoutFlow(WIDE).joints.map(({ stage, from, to }) => `${stage} ${from} ${to}`);
    expect([...new Set(hues)]).toEqual([
      '0 global global',
      '1 global global',
      '2 global local',
      '3 local local',
      '4 local now',
    ]);
  });

  it('turns in the gap between two panels, where no text is', () => {
    for (const { stage, points } of layoutFlow(WIDE).joints) {
      if (stage === 2) continue;
      const border = [100, 200, 0, 300, 400][stage] ?? Number.NaN;
      const uprights = points.slice(1).filter((point, i) => point.x === points[i]?.x);
      for (const { x } of uprights) expect(Math.abs(x - border)).toBeLessThanOrEqual(4);
    }
  });

  it('leaves out what the cursor does not have: in the prompt there are no prefixes and no pick', () => {
    const { joints } = layoutFlow({ ...WIDE, prefixes: [], localRow: null, pick: null });
    expect(new Set(joints.map(({ stage }) => stage))).toEqual(new Set([0, 1]));
    const hidden = layoutFlow({ ...WIDE, panels: [null, ...WIDE.panels.slice(1)] });
    expect(hidden.joints.some(({ stage }) => stage === 0)).toBe(false);
  });

  it('leads down, briefly, where panels stand one under the other', () => {
    const stacked = {
      ...WIDE,
      panels: [0, 1, 2, 3, 4].map((i) => panel(0, i * 100)),
    };
    for (const { stage, points } of layoutFlow(stacked).joints) {
      if (stage === 2) continue;
      expect(new Set(points.map(({ x }) => x))).toEqual(new Set([50]));
      const [from, to] = [points[0]?.y ?? 0, points.at(-1)?.y ?? 0];
      expect(to - from).toBeLessThanOrEqual(20);
      expect(from).toBeLessThan(to);
    }
    // One line is enough between two panels.
    expect(layoutFlow(stacked).joints.filter(({ stage }) => stage === 0)).toHaveLength(1);
  });

  it('lights up one stage after the other at a boundary, and nothing at rest', () => {
    const lit = (progress: number) => [0, 1, 2, 3, 4].filter((i) => litPart(i, progress) !== null);
    expect(lit(1)).toEqual([]);
    expect(lit(0.1)).toEqual([0]);
    expect(lit(0.999)).toEqual([4]);
    const dashes = (progress: number) => {
      const { ctx, drawn } = recordingContext();
      Object.assign(ctx, { createLinearGradient: () => ({ addColorStop: () => {} }) });
      paintFlow(ctx, layoutFlow(WIDE, progress), THEME);
      return drawn.filter(({ call, values }) => call === 'setLineDash' && String(values[0]) !== '');
    };
    expect(dashes(1)).toHaveLength(0);
    expect(dashes(0.1)).toHaveLength(4);
  });
});
