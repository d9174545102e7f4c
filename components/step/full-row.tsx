'use client';

import type { HeadChoice } from '@/lib/trace/heads';
import { globalWeights } from '@/lib/trace/heads';
import type { Trace } from '@/lib/trace/trace';
import { blockLabel } from '../labels';
import { useApp } from '../page-context';
import { byWeight, RowBars } from './row-bars';

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
  const order = byWeight(weights);
  const named = order.slice(0, NAMED);
  const others = order.slice(NAMED);
  const rest = others.map((block) => at(weights, block));
  // The maxima of several heads do not add up.
  const sum =
    choice.head === 'max'
      ? `up to ${Math.max(0, ...rest).toFixed(2)} each`
      : rest.reduce((total, weight) => total + weight, 0).toFixed(2);
  return (
    <RowBars
      family="global"
      bars={named.map((block) => ({
        key: block,
        number: String(block),
        text: blockLabel(trace, writer, block),
        weight: at(weights, block),
      }))}
      rest={
        others.length > 0 &&
        `${others.length === 1 ? 'one other block' : `${others.length} other blocks`}: ${sum}`
      }
    >
      Block {row} <q>{blockLabel(trace, writer, row)}</q> looked back, for block {row + 1}. Most at
    </RowBars>
  );
}

function at(weights: Float32Array, block: number): number {
  return weights[block] ?? 0;
}
