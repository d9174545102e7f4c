'use client';

import { shorten } from '@/lib/draw/shapes';
import type { HeadChoice } from '@/lib/trace/heads';
import { globalWeights } from '@/lib/trace/heads';
import type { Trace } from '@/lib/trace/trace';
import { blockLabel } from '../labels';
import { useApp } from '../page-context';
import styles from './step.module.css';

/** Blocks that are named; the others are one sum. */
const NAMED = 6;

interface FullRowProps {
  trace: Trace;
  /** The row at the cursor. */
  row: number;
  choice: HeadChoice;
}

/** Beside a map that fills the screen: what the row at the cursor looked at most, in words that are read from afar. */
export function FullRow({ trace, row, choice }: FullRowProps) {
  const writer = useApp((state) => state.writer);
  const weights = globalWeights(trace, row, choice);
  const order = Array.from(weights.keys()).sort((a, b) => at(weights, b) - at(weights, a) || a - b);
  const named = order.slice(0, NAMED);
  const others = order.slice(NAMED);
  const most = at(weights, order[0] ?? 0);
  const rest = others.map((block) => at(weights, block));
  // The maxima of several heads do not add up.
  const sum =
    choice.head === 'max'
      ? `up to ${Math.max(0, ...rest).toFixed(2)} each`
      : rest.reduce((total, weight) => total + weight, 0).toFixed(2);
  return (
    <div className={styles.fullRow}>
      <p>
        Block {row} <q>{blockLabel(trace, writer, row)}</q> looked back, for block {row + 1}. Most
        at
      </p>
      <ol>
        {named.map((block) => (
          <li key={block}>
            <span className={styles.fullBlock}>{block}</span>
            <span className={styles.fullText}>{shorten(blockLabel(trace, writer, block), 24)}</span>
            <span className={styles.fullWeight}>{at(weights, block).toFixed(2)}</span>
            <i style={{ width: `${(100 * at(weights, block)) / most}%` }} />
          </li>
        ))}
      </ol>
      {others.length > 0 && (
        <p className={styles.fullRest}>
          {others.length === 1 ? 'one other block' : `${others.length} other blocks`}: {sum}
        </p>
      )}
    </div>
  );
}

function at(weights: Float32Array, block: number): number {
  return weights[block] ?? 0;
}
