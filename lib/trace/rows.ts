import type { Trace } from './trace';

/** How far an attention row may be from a sum of one: float32 arithmetic on any backend stays well below. */
export const ROW_TOLERANCE = 1e-3;

/** Whether `row` is a distribution: no entry below zero, sum one within `tolerance`. */
export function isDistribution(row: ArrayLike<number>, tolerance: number = ROW_TOLERANCE): boolean {
  let sum = 0;
  for (let i = 0; i < row.length; i += 1) {
    const value = row[i] ?? Number.NaN;
    if (!(value >= 0)) return false;
    sum += value;
  }
  return Math.abs(sum - 1) <= tolerance;
}

/** Names the first attention row of a trace that is no distribution, or null when all are. */
export function findBadRow(trace: Trace, tolerance: number = ROW_TOLERANCE): string | null {
  const { blockLayers, tokenLayers, heads } = trace.dims;
  for (let block = 0; block < trace.rows; block += 1) {
    for (let layer = 0; layer < blockLayers; layer += 1) {
      for (let head = 0; head < heads; head += 1) {
        if (!isDistribution(trace.globalRow(block, layer, head), tolerance)) {
          return `global row ${block}, layer ${layer}, head ${head}`;
        }
      }
    }
  }
  const side = trace.localSide;
  for (let block = trace.promptBlocks; block < trace.blocks; block += 1) {
    for (let layer = 0; layer < tokenLayers; layer += 1) {
      for (let head = 0; head < heads; head += 1) {
        const map = trace.localMap(block, layer, head);
        for (let row = 0; map && row < side; row += 1) {
          if (!isDistribution(map.subarray(row * side, (row + 1) * side), tolerance)) {
            return `local row ${row} of block ${block}, layer ${layer}, head ${head}`;
          }
        }
      }
    }
  }
  return null;
}
