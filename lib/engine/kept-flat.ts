import { spreadRows } from '@/lib/methods-live/held';
import type { HeldLayer } from '@/lib/methods-live/types';
import type { FlatStep } from './flat-backend';
import type { KeptStep } from './kept-types';

/** The step as one of the full cache, for whatever draws or keeps those: a weight of 0 where a position is not held. */
export function asFlatStep(step: KeptStep, heads: number): FlatStep {
  const { position, picks, logits, rows, seen, ms } = step;
  const length = position + 1;
  const attention = new Float32Array(rows.length * heads * length);
  rows.forEach((row, layer) => {
    spreadRows(row, seen[layer] as HeldLayer, heads, attention, layer * heads * length, length);
  });
  return { position, picks, logits, attention, ms };
}
