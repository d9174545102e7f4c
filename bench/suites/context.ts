import type { RoundRule } from '@/lib/lab/rounds';
import type { Fleet } from '../fleet';
import { reasonOf } from '../lib/reason';
import type { Report } from '../lib/report';
import type { Row } from '../lib/rows';

/** What a suite of measurements works with, and where it puts its results. */
export interface Suite {
  fleet: Fleet;
  report: Report;
  progress(line: string): void;
}

const MINUTE = 60_000;

/** At least three rounds, at most seven, and no more than fit into `minutes`. */
export function rounds(minutes: number): RoundRule {
  return { least: 3, most: 7, budgetMs: minutes * MINUTE };
}

/** Notes why a row is not in the tables. */
export function missing({ report, progress }: Suite, row: string, cause: unknown): void {
  const reason = reasonOf(cause);
  report.missing.push({ row, reason });
  progress(`${row}: left out, ${reason}`);
}

/**
 * Opens rows and runs each for long enough that the browser has optimised its code: about 32 runs of a session. Returns those that
 * work; the others are noted as missing.
 */
export async function warmUp(
  suite: Suite,
  rows: readonly Row[],
  batchOf: (row: Row) => number = () => 1,
): Promise<Row[]> {
  const ready: Row[] = [];
  for (const row of rows) {
    suite.progress(`Loading and warming up: ${row.id}`);
    try {
      await suite.fleet.open(row);
      await suite.fleet.write(row, {
        input: 28,
        output: 40 * row.tokensPerRun,
        batch: batchOf(row),
      });
      ready.push(row);
      if (!suite.report.rows.some(({ id }) => id === row.id)) suite.report.rows.push(row);
    } catch (cause) {
      missing(suite, row.id, cause);
    }
  }
  return ready;
}
