import { FULL } from '@/lib/lab/work';
import { matricesOf, mustRead } from '../lib/roofline';
import type { Row } from '../lib/rows';
import { missing, type Suite } from './context';

const PRODUCTS = 20;

/** How near the rows come to reading their weights at the best bandwidth of one product, at full length. After the growth suite. */
export async function measureRoofline(suite: Suite, rows: readonly Row[]): Promise<void> {
  const known = new Map<number, number>();
  /** Bytes in a millisecond, at best. */
  const bandwidth = async (bytes: number): Promise<number> => {
    let best = known.get(bytes) ?? 0;
    if (best === 0)
      for (const matrix of matricesOf(bytes)) {
        const ms = await suite.fleet.engine(1, 'matvec', matrix.rows, matrix.columns, PRODUCTS);
        best = Math.max(best, bytes / ms);
      }
    known.set(bytes, best);
    return best;
  };
  for (const { id, model, tokensPerRun } of rows) {
    const { manifest } = suite.fleet.model(model);
    const measured = suite.report.growth.find((g) => g.row === id && g.length === FULL);
    if (!measured) continue;
    const one = mustRead(manifest.dims, manifest.architecture);
    const bytes = (one.bytes * tokensPerRun) / one.tokens;
    const runMs = measured.msPerToken.median * tokensPerRun;
    try {
      suite.progress(`Bandwidth of one product for ${id}`);
      const [total, distinct] = [await bandwidth(one.bytes), await bandwidth(one.distinctBytes)];
      suite.report.roofline.push({
        model,
        row: id,
        bytes,
        gigabytesPerSecond: total / 1e6,
        runMs,
        share: bytes / total / runMs,
        distinctBytes: one.distinctBytes,
        distinctGigabytesPerSecond: distinct / 1e6,
        distinctShare: bytes / distinct / runMs,
      });
    } catch (cause) {
      missing(suite, `${id} (roofline)`, cause);
    }
  }
}
