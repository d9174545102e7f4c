import { spreadRows } from '@/lib/methods-live/held';
import type { HeldLayer } from '@/lib/methods-live/types';
import type { Dims } from '@/lib/model/manifest';
import type { FlatStepResult } from '@/lib/trace/flat-types';
import { packSeen } from '@/lib/trace/seen-bits';
import type { FlatStep } from './flat-backend';
import { packStep } from './flat-pack';
import type { KeptStep } from './kept-types';

/** The step as one of the full cache, for whatever draws or keeps those: a weight of 0 where a position is not held. */
export function asFlatStep(
  { position, picks, forced, logits, rows, seen, ms }: KeptStep,
  heads: number,
): FlatStep {
  const length = position + 1;
  const attention = new Float32Array(rows.length * heads * length);
  rows.forEach((row, layer) => {
    spreadRows(row, seen[layer] as HeldLayer, heads, attention, layer * heads * length, length);
  });
  const step = { position, picks, logits, attention, ms };
  return forced ? { ...step, forced } : step;
}

/** The step as it crosses to the page, with what it saw and what it left. */
export function packKept(step: KeptStep, dims: Dims): FlatStepResult {
  const { position, seen, kept, readBytes, heldBytes, scoreBytes } = step;
  return {
    ...packStep(asFlatStep(step, dims.heads), dims),
    kept: {
      seen: packSeen(seen, dims.heads, position),
      seenPositions: positionsOf(seen),
      readBytes,
      heldPositions: positionsOf(kept),
      heldBytes,
      scoreBytes,
    },
  };
}

function positionsOf(layers: readonly HeldLayer[]): number {
  return layers.reduce((sum, { count }) => sum + count, 0);
}
