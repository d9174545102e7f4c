import type { FlatTrace } from './flat-trace';
import type { HeadChoice } from './heads';

/**
 * Which positions row `token` saw in any head of a choice, over positions 0 … `token`: 1 where it did. Null where it saw all of
 * them: with the full cache, and in the prompt.
 *
 * @throws RangeError for a row, layer or head that does not exist.
 */
export function flatSeen(
  trace: FlatTrace,
  token: number,
  { layer, head }: HeadChoice,
): Uint8Array | null {
  if (!trace.kept(token)) return null;
  const { blockLayers, heads } = trace.dims;
  const layers = layer === 'all' ? Array.from({ length: blockLayers }, (_, i) => i) : [layer];
  const of = typeof head === 'number' ? [head] : Array.from({ length: heads }, (_, i) => i);
  return Uint8Array.from({ length: token + 1 }, (_, position) =>
    Number(layers.some((l) => of.some((h) => trace.saw(token, l, h, position)))),
  );
}
