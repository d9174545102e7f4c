/** Multiples of one power of two from 0 to `max`, about `count` of them: for tokens and bytes. */
export function binaryTicks([, max]: readonly [number, number], count: number): number[] {
  if (!(max > 0)) return [0];
  const step = 2 ** Math.ceil(Math.log2(max / count));
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, i) => i * step);
}
