import { matrixOf, mustRead } from '../lib/roofline';
import type { Row } from '../lib/rows';
import { FULL } from '../lib/work';
import { missing, type Suite } from './context';

const PRODUCTS = 20;

/** How near the rows come to reading their weights at the best bandwidth of one product, at full length. After the growth suite. */
export async function measureRoofline(suite: Suite, rows: readonly Row[]): Promise<void> {
  const best = new Map<string, number>();
  for (const row of rows) {
    const { manifest } = suite.fleet.model(row.model);
    const measured = suite.report.growth.find((g) => g.row === row.id && g.length === FULL);
    if (!measured) continue;
    const one = mustRead(manifest.dims, manifest.architecture);
    const bytes = (one.bytes * row.tokensPerRun) / one.tokens;
    const { rows: height, columns } = matrixOf(one.bytes);
    try {
      suite.progress(`Bandwidth of one product for ${row.model}`);
      const ms =
        best.get(row.model) ?? (await suite.fleet.engine(1, 'matvec', height, columns, PRODUCTS));
      best.set(row.model, ms);
      const gigabytesPerSecond = one.bytes / ms / 1e6;
      const { msPerToken } = measured;
      const run = (value: number) => value * row.tokensPerRun;
      suite.report.roofline.push({
        model: row.model,
        row: row.id,
        bytes,
        bestMs: (ms * bytes) / one.bytes,
        gigabytesPerSecond,
        runMs: run(msPerToken.median),
        share: (ms * bytes) / one.bytes / run(msPerToken.median),
      });
    } catch (cause) {
      missing(suite, `${row.model} (roofline)`, cause);
    }
  }
}
