import { describe, expect, it } from 'vitest';
import { axisScale } from '@/lib/draw/axis-scale';
import { surpriseData } from '@/lib/draw/from-trace';
import { blindGuess, layoutSurprise, paintSurprise } from '@/lib/draw/surprise-lane';
import { DIMS, recorded } from '../trace/synthetic';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const { trace } = recorded(2, 4);
const LANE = { x: 0, y: 10, width: 480, height: 40 };
const SCALE = axisScale(0, 12, 4, 480);

/** −log2 softmax(logits)[token] at T = 1, the plain way. */
function bitsOf(token: number): number {
  const logits = trace.logits(Math.floor(token / 4), token % 4) ?? new Float32Array();
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  return -Math.log2(Math.exp(logits[trace.tokens[token] ?? 0] ?? Number.NaN) / sum);
}

describe('surprise per token', () => {
  const lane = layoutSurprise(surpriseData(trace, 18), SCALE, LANE, 12);

  it('is measured for written tokens only', () => {
    const data = surpriseData(trace, 18);
    for (let token = 8; token < 24; token++) expect(data.bits(token)).toBeCloseTo(bitsOf(token), 4);
    for (const token of [0, 3, 7]) expect(data.bits(token)).toBeNaN();
    expect(lane.bars).toEqual({ from: 8, to: 24 });
    expect(lane.prompt).toEqual({ x: 0, y: 10, width: 80, height: 40 });
  });

  it('has a scale fixed by the vocabulary: the bits of a blind guess', () => {
    expect(blindGuess(4096)).toBe(12);
    expect(lane.top).toBe(Math.log2(DIMS.vocabulary));
    for (let token = 8; token < 24; token++) {
      expect(lane.heights[token - 8]).toBeCloseTo(
        (Math.min(bitsOf(token), lane.top) / lane.top) * LANE.height,
        3,
      );
    }
  });

  it('cuts what rises above the scale, and marks it', () => {
    const data = { ...surpriseData(trace, 18), bits: (token: number) => (token === 9 ? 99 : 1) };
    const cut = layoutSurprise(data, SCALE, LANE, 12);
    expect([...cut.cut.slice(0, 3)]).toEqual([0, 1, 0]);
    expect(cut.heights[1]).toBe(LANE.height);
  });

  it('leaves out what was discarded', () => {
    const recorder = recorded(2, 4);
    recorder.finish('length', 22);
    expect(layoutSurprise(surpriseData(recorder.trace, 18), SCALE, LANE, 12).bars.to).toBe(22);
  });

  it('shows the mean of a block where tokens are too narrow', () => {
    const far = layoutSurprise(surpriseData(trace, 18), axisScale(0, 128, 4, 480), LANE, 12);
    expect(far.each).toBe('block');
    expect(far.bars).toEqual({ from: 2, to: 6 });
    const mean = (bitsOf(8) + bitsOf(9) + bitsOf(10) + bitsOf(11)) / 4;
    expect(far.heights[0]).toBeCloseTo((Math.min(mean, far.top) / far.top) * LANE.height, 3);
    expect(far.now).toBe(4);
  });

  it('paints the token at the cursor in the colour of now', () => {
    const { ctx, drawn } = recordingContext();
    paintSurprise(ctx, lane, THEME);
    const fills = drawn.filter(({ call, fillStyle }) => call === 'fill' && fillStyle === THEME.now);
    expect(fills).toHaveLength(1);
  });
});

describe('reading surprises', () => {
  it('goes on over several frames when a long run is shown at once, and each is read once', () => {
    const fresh = recorded(1, 5).trace;
    let frames = 0;
    for (let pending = true; pending; frames++) {
      const data = surpriseData(fresh, 8, 6);
      for (let token = 4; token < 24; token++) data.bits(token);
      pending = data.pending;
    }
    expect(frames).toBe(4);
    const again = surpriseData(fresh, 8, 0);
    expect(again.bits(23)).toBeGreaterThan(0);
    expect(again.pending).toBe(false);
  });
});
