import { HIDDEN } from './backend';

/** [n, n]: 0 on and below the diagonal, hidden above. */
export function causalMask(n: number): Float32Array {
  const mask = new Float32Array(n * n);
  for (let row = 0; row < n; row++) mask.fill(HIDDEN, row * n + row + 1, (row + 1) * n);
  return mask;
}
