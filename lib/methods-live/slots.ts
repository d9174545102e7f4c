/** Slots 0 … count − 1 without those in [from, to). */
export function withoutRange(count: number, from: number, to: number): Int32Array {
  const gone = Math.max(0, Math.min(to, count) - from);
  return Int32Array.from({ length: count - gone }, (_, i) => (i < from ? i : i + gone));
}
