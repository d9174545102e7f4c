import { interleave, type RoundRule } from '@/lib/lab/rounds';
import { spread } from '@/lib/lab/stats';
import { FULL, LENGTHS } from '@/lib/lab/work';
import type { Row } from '../lib/rows';
import { jobUpTo } from '../lib/sample';
import { missing, type Suite } from './context';

/** What a token costs when a sequence reaches each length, at batch 1. */
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
  for (const task of tasks) {
    const last = samples.get(task)?.at(-1);
    if (!last) continue;
    const { row, length } = task;
    const { heldBytes, allocatedBytes } = last;
    const msPerToken = spread((samples.get(task) ?? []).map(({ tailMs }) => tailMs));
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
  }
}
