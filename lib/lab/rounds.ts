/** When to stop taking rounds. */
export interface RoundRule {
  /** Taken whatever it costs. */
  least: number;
  most: number;
  /** No round beyond `least` begins that would probably end after this many milliseconds. */
  budgetMs: number;
  /** Asked around every measurement: true ends the rounds with what is there. */
  stopped?(): boolean;
}

/**
 * Takes rounds over `tasks`: every task once in a round, each round beginning one task later, so that neither a drift of the
 * machine nor a place in the order favours anyone. Returns the results of each task, in the order of the rounds.
 *
 * A task that throws is measured no more; `onFailure` is told.
 */
export async function interleave<T, R>(
  tasks: readonly T[],
  rule: RoundRule,
  measure: (task: T, round: number) => Promise<R>,
  onFailure: (task: T, cause: unknown) => void,
  now: () => number = () => performance.now(),
): Promise<Map<T, R[]>> {
  const results = new Map<T, R[]>(tasks.map((task) => [task, []]));
  const failed = new Set<T>();
  const started = now();
  let longest = 0;
  for (let round = 0; round < rule.most; round++) {
    const begun = now();
    if (round >= rule.least && begun - started + longest > rule.budgetMs) break;
    for (const index of tasks.keys()) {
      const task = tasks[(index + round) % tasks.length] as T;
      if (failed.has(task)) continue;
      if (rule.stopped?.()) return results;
      try {
        results.get(task)?.push(await measure(task, round));
      } catch (cause) {
        if (rule.stopped?.()) return results;
        failed.add(task);
        results.set(task, []);
        onFailure(task, cause);
      }
    }
    longest = Math.max(longest, now() - begun);
  }
  return results;
}
