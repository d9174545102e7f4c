/**
 * softmax(logits / temperature) over all entries, in float64. Temperature 0 is its limit: one at the arg-max (the lowest
 * index on ties), zero elsewhere.
 *
 * @throws RangeError for a temperature below 0 or not finite, or for no logits.
 */
export function softmax(logits: ArrayLike<number>, temperature = 1): Float64Array {
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    throw new RangeError(`temperature must be 0 or more, not ${temperature}`);
  }
  const result = new Float64Array(logits.length);
  const top = argMax(logits);
  if (temperature === 0) {
    result[top] = 1;
    return result;
  }
  const highest = at(logits, top);
  let sum = 0;
  for (let i = 0; i < result.length; i += 1) {
    const weight = Math.exp((at(logits, i) - highest) / temperature);
    result[i] = weight;
    sum += weight;
  }
  for (let i = 0; i < result.length; i += 1) result[i] = at(result, i) / sum;
  return result;
}

/** The index of the largest entry, the lowest on ties. @throws RangeError for no entries. */
export function argMax(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError('no entries');
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (at(values, i) > at(values, best)) best = i;
  return best;
}

/** −ln softmax(logits)[token] at T = 1, in nats: the cross-entropy of one target. @throws RangeError for a token outside. */
export function negativeLogLikelihood(logits: ArrayLike<number>, token: number): number {
  if (!(Number.isInteger(token) && token >= 0 && token < logits.length)) {
    throw new RangeError(`token ${token} is outside 0 … ${logits.length - 1}`);
  }
  const highest = at(logits, argMax(logits));
  let sum = 0;
  for (let i = 0; i < logits.length; i += 1) sum += Math.exp(at(logits, i) - highest);
  return Math.log(sum) + highest - at(logits, token);
}

/** Surprise of a token in bits: −log2 softmax(logits)[token] at T = 1. @throws RangeError for a token outside. */
export function surprise(logits: ArrayLike<number>, token: number): number {
  return negativeLogLikelihood(logits, token) / Math.LN2;
}

export interface TopEntry {
  id: number;
  probability: number;
}

/** The `count` most probable entries, most probable first (lowest id on ties), and what all others sum to. */
export function topEntries(
  probabilities: Float64Array,
  count: number,
): { entries: TopEntry[]; rest: number } {
  const entries: TopEntry[] = [];
  for (let id = 0; id < probabilities.length; id += 1) {
    const probability = at(probabilities, id);
    const last = entries[entries.length - 1];
    if (entries.length >= count && (!last || probability <= last.probability)) continue;
    let place = entries.length;
    while (place > 0 && probability > (entries[place - 1]?.probability ?? Infinity)) place -= 1;
    entries.splice(place, 0, { id, probability });
    if (entries.length > count) entries.pop();
  }
  const shown = new Set(entries.map((entry) => entry.id));
  let rest = 0;
  for (let id = 0; id < probabilities.length; id += 1) {
    if (!shown.has(id)) rest += at(probabilities, id);
  }
  return { entries, rest };
}

export interface Cut {
  temperature: number;
  /** Keep the k largest, or null for all. */
  topK: number | null;
  /** Keep the smallest set with at least this mass, out of what top-k left; 1 keeps all. */
  topP: number;
  /** Ids that are never drawn; they count neither as entries nor as mass. */
  banned: readonly number[];
}

/**
 * The smallest logit that the sampling cut keeps: an entry takes part if it is not banned and its logit is at least this.
 * Top-k first; top-p acts on what top-k left; ties at either border are kept. −Infinity when nothing is cut. At temperature 0
 * only the largest take part.
 *
 * @throws RangeError when every entry is banned.
 */
export function cutThreshold(logits: ArrayLike<number>, cut: Cut): number {
  const { temperature, topK, topP, banned } = cut;
  const free = Float64Array.from(logits).filter((_, id) => !banned.includes(id));
  if (free.length === 0) throw new RangeError('every entry is banned');
  if (temperature === 0) return kthLargest(free, 1);
  // To sort the vocabulary is most of what the page does for a token: only what is left of it is put in order.
  let kept = free;
  let threshold = Number.NEGATIVE_INFINITY;
  if (topK !== null && topK < free.length) {
    const least = kthLargest(free, topK);
    kept = free.filter((logit) => logit >= least);
    threshold = least;
  }
  if (topP < 1) {
    kept.sort().reverse();
    const probabilities = softmax(kept, temperature);
    let mass = 0;
    let last = -1;
    while (mass < topP && last < kept.length - 1) {
      last += 1;
      mass += at(probabilities, last);
    }
    threshold = at(kept, last);
  }
  return threshold;
}

/** More than so many are found faster by putting all in order. */
const FEW = 256;

/** The value that k − 1 others reach. */
function kthLargest(values: Float64Array, k: number): number {
  if (k > FEW) return at(values.slice().sort(), values.length - k);
  const largest = new Float64Array(k).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < values.length; i += 1) {
    const value = at(values, i);
    if (value <= at(largest, k - 1)) continue;
    let place = k - 1;
    for (; place > 0 && value > at(largest, place - 1); place -= 1)
      largest[place] = at(largest, place - 1);
    largest[place] = value;
  }
  return at(largest, k - 1);
}

// Callers keep the index inside; a hole would read as NaN and spoil the sums visibly.
function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
