import { globalRowsAt } from '@/lib/draw/from-trace';
import { placeOf } from '@/lib/model/layout';
import { globalWeights, type HeadChoice } from '@/lib/trace/heads';
import type { Chapter } from '../chapter';
import type { Facts } from '../facts';
import { percent } from '../numbers';

/** A head of the block decoder and how much of a row it gives to block 0. */
interface Head {
  layer: number;
  head: number;
  share: number;
}

/** Global attention, and the sink that the paper sees and longer texts of ours do not show. */
export const globalAttention: Chapter = {
  id: 'global',
  title: 'Looking back over blocks',
  text: (facts) => {
    const { block, globalRow } = placeOf(facts.last, facts.dims);
    return [
      `The block decoder reads one vector a block. Each row of the [global map](global) is a block looking back: stronger colour is more weight, hatched lies ahead. Block ${block} is written from row ${globalRow}; the [arcs](arcs) show that row.`,
      `The paper’s large model rests strongly on block 0, a *sink* (Figures 5c, 23). ${sink(facts)}`,
      'Attention says where a model looks, not why it writes what it writes.',
    ];
  },
  view: (facts) => {
    const { layer, head } = onFirst(facts);
    return { cursor: facts.last, global: { layer, head } };
  },
  task: {
    text: () =>
      'Find a head whose newest row looks most at another block. The heads are in the menu above the [map](global).',
    commands: ['heads'],
    done: (state, facts, start) => {
      const { global, cursor } = state;
      if (typeof global.head !== 'number' || !start.global || cursor === null) return false;
      const here = strongest(facts, cursor, global);
      return here !== null && here !== strongest(facts, cursor, start.global);
    },
    found: ({ global, cursor }, facts) => {
      const block = strongest(facts, cursor ?? 0, global) ?? 0;
      const row = placeOf(cursor ?? 0, facts.dims).globalRow;
      const weight = globalWeights(facts.trace, row, global)[block] ?? 0;
      return `Layer ${global.layer}, head ${global.head} looks most at block ${block}: ${percent(weight)} of row ${row}.`;
    },
  },
};

function sink(facts: Facts): string {
  const { layer, head, share } = onFirst(facts);
  const here = `layer ${layer}, head ${head}, shown now, gives it ${percent(share)}`;
  const { report } = facts;
  if (!report?.sink) return `Here ${here}.`;
  const mean = `(report: ${percent(report.sink.share)} on average)`;
  switch (report.sink.verdict) {
    case 'shown':
      return `So does ours in long texts ${mean}; here ${here}.`;
    case 'partly':
      return `Some heads of ours do in long texts ${mean}; here ${here}.`;
    case 'not shown':
      return `Ours does not in long texts ${mean}; in this short one ${here}.`;
  }
}

/** The head whose newest row gives most to block 0. */
function onFirst({ trace, last, dims }: Facts): Head {
  const row = globalRowsAt(trace, last) - 1;
  let most: Head = { layer: 0, head: 0, share: 0 };
  for (let layer = 0; row >= 0 && layer < dims.blockLayers; layer++) {
    for (let head = 0; head < dims.heads; head++) {
      const share = trace.globalRow(row, layer, head)[0] ?? 0;
      if (share > most.share) most = { layer, head, share };
    }
  }
  return most;
}

/** The block that the row at a cursor gives most to; null where there is no row. */
function strongest({ trace }: Facts, cursor: number, choice: HeadChoice): number | null {
  const row = globalRowsAt(trace, cursor) - 1;
  if (row < 0) return null;
  const weights = globalWeights(trace, row, choice);
  return weights.indexOf(Math.max(...weights));
}
