import { crossing } from '@/lib/lab/crossover';
import { interleave, type RoundRule } from '@/lib/lab/rounds';
import { spread } from '@/lib/lab/stats';
import { largestBatch } from '@/lib/lab/work';
import type { CrossoverResult } from '../lib/report';
import type { Row } from '../lib/rows';
import { missing, type Suite } from './context';

const MODES = [
  { mode: 'batch 1', lengths: [64, 256, 512, 1008, 2048, 4096, 8192, 16384] },
  // Shorter sequences fill the budget only by hundreds.
  { mode: 'full budget', lengths: [256, 512, 1008, 2048, 4096, 8192] },
] as const;

interface Place {
  mode: CrossoverResult['mode'];
  length: number;
  row: Row;
  batch: number;
}

/** From which length on the block model outruns the flat one, both through their quiet graphs on one thread. */
export async function measureCrossover(
  suite: Suite,
  block: Row,
  flat: Row,
  rule: RoundRule,
): Promise<void> {
  const dimsOf = ({ model }: Row) => suite.fleet.model(model).manifest.dims;
  const places: Place[] = MODES.flatMap(({ mode, lengths }) =>
    lengths.flatMap((length) =>
      [block, flat].map((row) => ({
        mode,
        length,
        row,
        batch: mode === 'batch 1' ? 1 : largestBatch(dimsOf(row), length),
      })),
    ),
  );
  const times = await interleave(
    places,
    rule,
    ({ mode, length, row, batch }, round) => {
      suite.progress(`Round ${round + 1}: crossover, ${mode}, ${length} tokens: ${row.id}`);
      return suite.fleet.engine(1, 'timeAt', row, { length, batch });
    },
    ({ length, row }, cause) => missing(suite, `${row.id} (crossover at ${length})`, cause),
  );
  for (const { mode } of MODES) {
    const points = places
      .filter((place) => place.mode === mode && place.row === block)
      .flatMap((place) => {
        const rival = places.find(
          (p) => p.mode === mode && p.length === place.length && p.row === flat,
        );
        const [mine, theirs] = [times.get(place) ?? [], (rival && times.get(rival)) ?? []];
        if (!rival || mine.length === 0 || theirs.length === 0) return [];
        return {
          length: place.length,
          block: spread(mine).median / place.batch,
          flat: spread(theirs).median / rival.batch,
          blockBatch: place.batch,
          flatBatch: rival.batch,
        };
      });
    if (points.length === 0) continue;
    suite.report.crossover.push({
      mode,
      points,
      crossing: crossing(points),
      trainedContext: dimsOf(block).contextLength,
    });
  }
}
