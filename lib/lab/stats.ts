/** The middle and the range of a few measurements; quartiles say more than a mean on a machine with other work. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  /** First and third quartile. */
  quartiles: [number, number];
  /** How many were taken. */
  rounds: number;
}

/** The median, range and quartiles of `values`. Throws RangeError when there are none. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no measurements to summarise');
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
    rounds: sorted.length,
  };
}

/** The value that `share` (0–1) of the values do not exceed; NaN when there are none. */
export function percentile(values: readonly number[], share: number): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    share,
  );
}

/** Interpolated between neighbours, so that an even count has a median too. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** `over[i] / under[i]` round by round: a drift of the machine hits both alike. Rounds that one of them lacks are left out. */
export function ratios(over: readonly number[], under: readonly number[]): Spread | null {
  const rounds = Math.min(over.length, under.length);
  if (rounds === 0) return null;
  return spread(over.slice(0, rounds).map((value, round) => value / (under[round] ?? Number.NaN)));
}
