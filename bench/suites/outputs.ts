import { interleave, type RoundRule } from '@/lib/lab/rounds';
import { spread } from '@/lib/lab/stats';
import { FULL } from '@/lib/lab/work';
import type { Row } from '../lib/rows';
import { jobUpTo } from '../lib/sample';
import { missing, type Suite } from './context';

/** The two forms of one way to run a model. */
interface Pair {
  app: Row;
  quiet: Row;
}

/**
 * What it costs to hand out and record logits and attention rows, at full length and batch 1. The difference is small, so both
 * forms run one right after the other, in turn either first.
 */
export async function measureOutputs(
  suite: Suite,
  rows: readonly Row[],
  rule: RoundRule,
): Promise<void> {
  const pairs = rows
    .filter(({ form }) => form === 'app')
    .flatMap((app): Pair[] => {
      const quiet = rows.find(
        (row) =>
          row.form === 'quiet' &&
          row.model === app.model &&
          row.runner === app.runner &&
          row.threads === app.threads &&
          row.tokensPerRun === app.tokensPerRun,
      );
      return quiet ? [{ app, quiet }] : [];
    });
  const tail = async (row: Row) => (await suite.fleet.write(row, jobUpTo(FULL))).tailMs;
  const times = await interleave(
    pairs,
    rule,
    async ({ app, quiet }, round) => {
      suite.progress(`Round ${round + 1}: cost of showing the numbers: ${app.id}`);
      if (round % 2 === 0) return { app: await tail(app), quiet: await tail(quiet) };
      const first = await tail(quiet);
      return { app: await tail(app), quiet: first };
    },
    ({ app }, cause) => missing(suite, `${app.id} (cost of showing the numbers)`, cause),
  );
  for (const [{ app }, taken] of times) {
    if (taken.length === 0) continue;
    suite.report.outputs.push({
      model: app.model,
      row: app.id,
      length: FULL,
      appMs: spread(taken.map((pair) => pair.app)).median,
      quietMs: spread(taken.map((pair) => pair.quiet)).median,
      share: spread(taken.map((pair) => 1 - pair.quiet / pair.app)),
    });
  }
}
