/** A count for people: `9,876`, `12.3 k`, `4.56 M`, `1.2 G`; shares of a run keep one decimal. */
export function countText(count: number): string {
  if (count < 1e4) {
    const rounded = Math.round(count * 10) / 10;
    return rounded.toLocaleString('en');
  }
  for (const [size, unit] of UNITS) {
    if (count >= size) {
      const value = count / size;
      return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
    }
  }
  return String(count);
}

const UNITS: readonly [number, string][] = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Milliseconds for people: `0.42 ms`, `12.3 ms`, `1.25 s`. */
export function timeText(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}
