import type { FlatTrace } from './flat-trace';
import { combinedRow, type HeadChoice } from './heads';

/**
 * Row `token` of a choice, over tokens 0 … `token`. A mean sums to one as a head's row does; a maximum, taken cell by cell,
 * does not. Do not write to it: combined rows are kept.
 *
 * @throws RangeError for a row, layer or head that does not exist.
 */
export function flatWeights(trace: FlatTrace, token: number, choice: HeadChoice): Float32Array {
  const { layer, head } = choice;
  if (layer !== 'all' && typeof head === 'number') return trace.row(token, layer, head);
  const room = new Float32Array(token + 1);
  return combinedRow(trace, token, choice, trace.dims.blockLayers, (l, h) =>
    trace.row(token, l, h, room),
  );
}
