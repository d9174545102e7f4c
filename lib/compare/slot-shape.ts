/**
 * Whether means by slot make the U that the paper finds (its figures 3d and 3e): dear at the first slot, which knows only the
 * context, cheapest in between, and dearer again at the last. False where a slot has no mean, or where none lies in between.
 */
export function isU(means: readonly (number | null)[]): boolean {
  const known = means.filter((mean) => mean !== null);
  if (known.length < means.length || known.length < 3) return false;
  const least = Math.min(...known);
  const [first, last] = [known[0] ?? least, known.at(-1) ?? least];
  const inside = known.slice(1, -1);
  return inside.includes(least) && first > least && last > least;
}
