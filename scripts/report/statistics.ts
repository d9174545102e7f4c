/** Sums of one cluster, a document or a window: nats and targets of each group (one group, a slot, a bucket …). */
export interface Cluster {
  nats: readonly number[];
  counts: readonly number[];
}

/** A measured number and its standard error over clusters; null where fewer than two clusters leave none. */
export interface Estimate {
  value: number;
  error: number | null;
}

/**
 * The weighted sum of the groups' means, `Σ_k weight_k · (Σ nats_k / Σ counts_k)`. The error is that of a sum of ratios over
 * clusters of unequal size, linearised; with a weight of 1 and a group of differences it is the paired error of a gap.
 *
 * @throws RangeError when a group that counts holds no target.
 */
export function contrast(clusters: readonly Cluster[], weights: readonly number[]): Estimate {
  const groups = weights.map((weight, k) => {
    const nats = total(clusters.map((cluster) => cluster.nats[k] ?? 0));
    const count = total(clusters.map((cluster) => cluster.counts[k] ?? 0));
    if (weight !== 0 && count === 0) throw new RangeError(`group ${k} holds no target`);
    return { weight, count, mean: count === 0 ? 0 : nats / count };
  });
  const value = total(groups.map(({ weight, mean }) => weight * mean));
  if (clusters.length < 2) return { value, error: null };
  const residuals = clusters.map(({ nats, counts }) =>
    total(
      groups.map(({ weight, count, mean }, k) =>
        weight === 0 ? 0 : (weight * ((nats[k] ?? 0) - mean * (counts[k] ?? 0))) / count,
      ),
    ),
  );
  const spread = total(residuals.map((residual) => residual ** 2));
  return { value, error: Math.sqrt((spread * clusters.length) / (clusters.length - 1)) };
}

/** Sums clusters that share a key, for instance the windows of one document. */
export function gather(
  clusters: readonly Cluster[],
  keyOf: (cluster: Cluster, index: number) => number,
): Cluster[] {
  const sums = new Map<number, Cluster>();
  clusters.forEach((cluster, index) => {
    const key = keyOf(cluster, index);
    const held = sums.get(key);
    sums.set(key, held ? add(held, cluster) : cluster);
  });
  return [...sums.values()];
}

/**
 * What one model loses more than another on the same targets, cluster by cluster.
 *
 * @throws RangeError when the targets differ.
 */
export function differences(one: readonly Cluster[], other: readonly Cluster[]): Cluster[] {
  const alike =
    one.length === other.length &&
    one.every(({ counts }, i) => counts.every((count, k) => count === other[i]?.counts[k]));
  if (!alike) throw new RangeError('the models were not scored on the same targets');
  return one.map(({ nats, counts }, i) => ({
    nats: nats.map((value, k) => value - (other[i]?.nats[k] ?? 0)),
    counts,
  }));
}

/** Whether a number lies above zero by more than two standard errors. */
export function clearlyAbove({ value, error }: Estimate): boolean {
  return error !== null && value > 2 * error;
}

/** Whether a number lies below zero by more than two standard errors. */
export function clearlyBelow({ value, error }: Estimate): boolean {
  return clearlyAbove({ value: -value, error });
}

/** The same estimate with the larger of two errors. */
export function cautious(one: Estimate, other: Estimate): Estimate {
  if (one.error === null || other.error === null) return { value: one.value, error: null };
  return { value: one.value, error: Math.max(one.error, other.error) };
}

/** The straight line through points by least squares, and the share of the variance that it explains. */
export function lineThrough(points: readonly (readonly [number, number])[]): {
  slope: number;
  explained: number;
} {
  const mean = (k: 0 | 1) => total(points.map((point) => point[k])) / points.length;
  const [mx, my] = [mean(0), mean(1)];
  const xx = total(points.map(([x]) => (x - mx) ** 2));
  const xy = total(points.map(([x, y]) => (x - mx) * (y - my)));
  const yy = total(points.map(([, y]) => (y - my) ** 2));
  return { slope: xy / xx, explained: yy === 0 ? 1 : xy ** 2 / (xx * yy) };
}

export function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

const add = (one: Cluster, other: Cluster): Cluster => ({
  nats: one.nats.map((value, k) => value + (other.nats[k] ?? 0)),
  counts: one.counts.map((value, k) => value + (other.counts[k] ?? 0)),
});
