import { promptOf } from '@/lib/engine/quiet-job';
import { type Row, row } from '../lib/rows';
import { missing, type Suite } from './context';

const TOKENS = 48;
const TOLERANCE = 1e-4;

/**
 * Holds the rivals' logits against ours on a prompt: |theirs − ours| within 1e-4 + 1e-4·|ours| everywhere. Returns the rows that
 * pass; the others are refused with the difference, before anything is timed.
 */
export async function checkRivals(suite: Suite, rows: readonly Row[]): Promise<Row[]> {
  const accepted: Row[] = [];
  for (const rival of rows) {
    try {
      const reference = row(rival.model, 'wasm');
      const { vocabulary } = suite.fleet.model(rival.model).manifest.dims;
      const tokens = [...promptOf(TOKENS, vocabulary)];
      await suite.fleet.open(reference);
      await suite.fleet.open(rival);
      const ours = await suite.fleet.logits(reference, tokens);
      const theirs = await suite.fleet.logits(rival, tokens);
      if (ours.length === 0 || ours.length !== theirs.length)
        throw new Error(`it gives ${theirs.length} logits instead of ${ours.length}`);
      const worst = worstDifference(ours, theirs);
      const good = worst.beyond <= 0;
      suite.report.rivalCheck.push({
        row: rival.id,
        tokens: TOKENS,
        worst: worst.absolute,
        accepted: good,
      });
      suite.progress(`${rival.id}: logits differ by at most ${worst.absolute.toExponential(1)}`);
      if (!good)
        throw new Error(`its logits differ from ours by up to ${worst.absolute.toExponential(1)}`);
      accepted.push(rival);
    } catch (cause) {
      missing(suite, rival.id, cause);
    }
  }
  return accepted;
}

function worstDifference(ours: readonly number[], theirs: readonly number[]) {
  let absolute = 0;
  let beyond = Number.NEGATIVE_INFINITY;
  for (const [i, value] of ours.entries()) {
    const difference = Math.abs((theirs[i] ?? Number.NaN) - value);
    if (Number.isNaN(difference)) return { absolute: difference, beyond: 1 };
    absolute = Math.max(absolute, difference);
    beyond = Math.max(beyond, difference - TOLERANCE * (1 + Math.abs(value)));
  }
  return { absolute, beyond };
}
