import type { FlatTrace } from './flat-trace';
import type { HeadChoice } from './heads';
import { seenWords } from './seen-bits';

/**
 * Which positions row `token` saw in any head of a choice, over positions 0 … `token`: 1 where it did. Null where it saw all of
 * them: with the full cache, and in the prompt.
 *
 * @throws RangeError for a layer or head that does not exist.
 */
export function flatSeen(
  trace: FlatTrace,
  token: number,
  { layer, head }: HeadChoice,
): Uint8Array | null {
  const kept = trace.kept(token);
  if (!kept) return null;
  const { blockLayers, heads } = trace.dims;
  const [from, to] = layer === 'all' ? [0, blockLayers] : [layer, layer + 1];
  const [first, last] = typeof head === 'number' ? [head, head + 1] : [0, heads];
  if (to > blockLayers || last > heads) throw new RangeError(`no layer ${layer}, head ${head}`);
  const words = seenWords(token);
  const any = new Uint32Array(words);
  for (let map = from * heads; map < to * heads; map += 1) {
    const at = map % heads;
    if (at < first || at >= last) continue;
    for (let word = 0; word < words; word += 1)
      any[word] = (any[word] ?? 0) | (kept.seen[map * words + word] ?? 0);
  }
  return Uint8Array.from({ length: token + 1 }, (_, i) => ((any[i >>> 5] ?? 0) >>> (i & 31)) & 1);
}

/**
 * In how many heads of each layer row `token` saw a position. [layers, token + 1]; null where it saw everything before it, as in
 * `flatSeen`.
 */
export function seenByHeads(trace: FlatTrace, token: number): Uint8Array | null {
  const kept = trace.kept(token);
  if (!kept) return null;
  const { blockLayers, heads } = trace.dims;
  const words = seenWords(token);
  const counts = new Uint8Array(blockLayers * (token + 1));
  for (let map = 0; map < blockLayers * heads; map += 1) {
    const start = Math.floor(map / heads) * (token + 1);
    for (let i = 0; i <= token; i += 1)
      counts[start + i] =
        (counts[start + i] ?? 0) + (((kept.seen[map * words + (i >>> 5)] ?? 0) >>> (i & 31)) & 1);
  }
  return counts;
}

/** Rows made so far, by choice: a written row never changes, and a map asks for all of them with every token. */
const known = new WeakMap<FlatTrace, Map<string, Float32Array[]>>();

/**
 * The weights of `weights` with NaN where row `token` saw nothing in any head of a choice: what is drawn hatched. The array itself
 * where it saw everything before it. Do not write to it.
 */
export function hideUnseen(
  trace: FlatTrace,
  token: number,
  choice: HeadChoice,
  weights: Float32Array,
): Float32Array {
  if (!trace.kept(token)) return weights;
  let choices = known.get(trace);
  if (!choices) {
    choices = new Map();
    known.set(trace, choices);
  }
  const key = `${choice.layer} ${choice.head}`;
  const rows = choices.get(key) ?? [];
  choices.set(key, rows);
  let row = rows[token];
  if (!row) {
    const seen = flatSeen(trace, token, choice);
    row = weights.map((weight, i) => (seen?.[i] === 0 ? Number.NaN : weight));
    rows[token] = row;
  }
  return row;
}
