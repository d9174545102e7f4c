import type { HeldLayer, LiveMethod } from '@/lib/methods-live/types';
import type { Dims } from '@/lib/model/manifest';
import type { KeptRow } from '@/lib/trace/flat-types';
import { packSeen } from '@/lib/trace/seen-bits';

/** What a row saw of these positions in each layer, and left; bytes as of keys and values. */
export function keptRow(
  row: number,
  layers: HeldLayer[],
  { heads, headWidth }: Pick<Dims, 'heads' | 'headWidth'>,
  change: Partial<KeptRow> = {},
): KeptRow {
  const positions = layers.reduce((sum, { count }) => sum + count, 0);
  const bytes = 8 * heads * headWidth * positions;
  return {
    seen: packSeen(layers, heads, row),
    seenPositions: positions,
    readBytes: bytes,
    heldPositions: positions,
    heldBytes: bytes,
    scoreBytes: 0,
    ...change,
  };
}

/** A layer whose heads hold the same positions. */
export function held(...positions: number[]): HeldLayer {
  return { count: positions.length, positions: Int32Array.from(positions), perHead: false };
}

/** What a row of a sliding window saw; of any other method, everything. */
export function keptWindow(row: number, method: LiveMethod, dims: Dims): KeptRow {
  const window = method.id === 'sliding-window' ? method.window : row + 1;
  const first = Math.max(0, row + 1 - window);
  const layer = held(...Array.from({ length: row + 1 - first }, (_, i) => first + i));
  return keptRow(row, new Array<HeldLayer>(dims.blockLayers).fill(layer), dims);
}
