/** Bytes that the page held on to after a run. */
export interface Held {
  /** Objects of the JavaScript heap. */
  heapBytes: number;
  /** Memory behind typed arrays, which lies outside that heap: the recorded runs. */
  buffersBytes: number;
}

/**
 * How far the bytes held from entry `from` on (counted from 0) go away from those at `from`, as a share of them.
 * Throws RangeError when nothing comes after it.
 */
export function drift(held: readonly Held[], from: number): number {
  const [first, ...later] = held.slice(from).map((one) => one.heapBytes + one.buffersBytes);
  if (first === undefined || later.length === 0)
    throw new RangeError(`${held.length} measurements are too few to compare with number ${from}`);
  return Math.max(...later.map((bytes) => Math.abs(bytes - first) / first));
}
