import { interleave, type RoundRule } from '../lib/rounds';
import type { Row } from '../lib/rows';
import { jobUpTo, type Sample } from '../lib/sample';
import { spread } from '../lib/stats';
import { FULL, LENGTHS } from '../lib/work';
import { missing, type Suite } from './context';

/**
 * What a token costs when a sequence reaches each length, at batch 1; and from the rows that come in both forms, what it costs to
 * hand out and record attention and logits.
 */
export async function measureGrowth(
  suite: Suite,
  rows: readonly Row[],
  rule: RoundRule,
): Promise<void> {
  const tasks = rows.flatMap((row) => LENGTHS.map((length) => ({ row, length })));
  const samples = await interleave(
    tasks,
    rule,
    ({ row, length }, round) => {
      if (length === FULL) suite.progress(`Round ${round + 1}: cost at a length: ${row.id}`);
      return suite.fleet.write(row, jobUpTo(length));
    },
    ({ row, length }, cause) => missing(suite, `${row.id} (at ${length} tokens)`, cause),
  );
  const tails = (task: (typeof tasks)[number]) =>
    (samples.get(task) ?? []).map(({ tailMs }: Sample) => tailMs);
  for (const task of tasks) {
    const last = samples.get(task)?.at(-1);
    if (!last) continue;
    const { row, length } = task;
    const { heldBytes, allocatedBytes } = last;
    const msPerToken = spread(tails(task));
    const first = tasks.find((t) => t.length === length && t.row.model === row.model);
    const sameTokens = last.ids.join() === (first && samples.get(first)?.at(-1)?.ids.join());
    suite.report.growth.push({
      row: row.id,
      length,
      msPerToken,
      sameTokens,
      heldBytes,
      allocatedBytes,
    });
    const twin = tasks.find(
      (t) =>
        t.length === length &&
        t.row.form === 'quiet' &&
        t.row.model === row.model &&
        t.row.runner === row.runner &&
        t.row.tokensPerRun === row.tokensPerRun,
    );
    const quiet = twin ? tails(twin) : [];
    if (row.form !== 'app' || quiet.length === 0) continue;
    const shares = tails(task).map((ms, round) => 1 - (quiet[round] ?? Number.NaN) / ms);
    suite.report.outputs.push({
      model: row.model,
      row: row.id,
      length,
      appMs: msPerToken.median,
      quietMs: spread(quiet).median,
      share: spread(shares.slice(0, quiet.length)),
    });
  }
}
