import { describe, expect, it } from 'vitest';
import { layoutNextToken } from '@/lib/draw/next-token';
import { softmax } from '@/lib/model/softmax';

const VOCABULARY = 4096;

/** Logits as uneven as a model's: a few far above a long tail. */
const LOGITS = Float32Array.from(
  { length: VOCABULARY },
  (_, id) => 9 * Math.exp(-id / 40) + 2 * Math.sin(id * 1.7),
);

/** A rival shows softmax over the 50 candidates that its cut keeps; ours are over all entries, whatever the cut. */
describe('the bars of the next token', () => {
  it.each([
    ['no cut', null, 1],
    ['a narrow cut', 2, 0.1],
    ['the usual cut', 40, 0.95],
  ])(
    'sum to one over the vocabulary with the rest, with %s, and the cut changes none of them',
    (_, topK, topP) => {
      for (const temperature of [0.2, 0.8, 2]) {
        const sampling = { seed: 1, temperature, topK, topP, ignoreEnd: true };
        for (const pick of [0, 3, VOCABULARY - 1]) {
          const { bars, keptRest, droppedRest, vocabulary } = layoutNextToken({
            logits: LOGITS,
            pick,
            sampling,
            endId: 1,
            padId: 0,
            count: 6,
          });
          const shown = bars.reduce((sum, bar) => sum + bar.probability, 0);
          const rest = keptRest.probability + droppedRest.probability;
          expect(shown + rest).toBeCloseTo(1, 9);
          expect(bars.length + keptRest.count + droppedRest.count).toBe(VOCABULARY);
          expect(vocabulary).toBe(VOCABULARY);
          const exact = softmax(LOGITS, temperature);
          for (const bar of bars) expect(bar.probability).toBe(exact[bar.id]);
        }
      }
    },
  );
});
