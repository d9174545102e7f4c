import { placeOf } from '@/lib/model/layout';
import { localWeights } from '@/lib/trace/heads';
import type { Chapter } from '../chapter';
import type { Facts } from '../facts';
import { counted, percent } from '../numbers';
import type { Verdict } from '../report-facts';

/** Local attention in the positions of one block. */
export const localAttention: Chapter = {
  id: 'local',
  title: 'Writing inside the block',
  text: (facts) => {
    const { prefixLength } = facts.dims;
    const unused =
      prefixLength < 2
        ? ''
        : `; ${prefixLength === 2 ? 'row 0' : `rows 0 to ${prefixLength - 2}`} predicts nothing`;
    return [
      `The token decoder writes the block and sees nothing else: the [prefixes](prefixes) and the block’s own earlier tokens, at most ${facts.trace.localSide} positions. In the [local map](local) each row chooses one slot${unused}. Its small [cache](sawtooth) fills up and is dropped at the block’s end (paper, sections 2.3 and 2.4).`,
      `In the paper later tokens look hard at the prefixes, most of all at prefix 0 (Figure 24).${ours(facts)}`,
    ];
  },
  view: (facts) => ({
    cursor: facts.tokenAt(0.6, 0),
    local: { layer: 'all', head: 'mean' },
  }),
  task: {
    text: ({ dims }) =>
      `Step on to the last slot of a block, slot ${dims.blockLength - 1}, and read the [row](local) that chose it.`,
    commands: ['forward-token', 'back-token'],
    done: ({ cursor }, { first, dims }, start) =>
      cursor !== null &&
      cursor >= first &&
      cursor !== start.cursor &&
      placeOf(cursor, dims).slot === dims.blockLength - 1,
    found: ({ cursor }, { trace, dims }) => {
      const { block, localRow } = placeOf(cursor ?? 0, dims);
      const map = localWeights(trace, block, { layer: 'all', head: 'mean' });
      const share = map?.[localRow * trace.localSide] ?? 0;
      return `Row ${localRow} looks at ${counted(localRow + 1, 'position')}. On average over all heads it gives prefix 0 ${percent(share)}.`;
    },
  },
  question: ({ dims, trace, last }) => {
    const { localSide } = trace;
    const answers = [localSide, trace.blocks, last].map((count) => count.toLocaleString('en'));
    if (new Set(answers).size < answers.length || dims.blockLength < 2) return null;
    return {
      ask: 'The last slot of the newest block is being chosen. How many positions can the token decoder look at?',
      answers,
      right: 0,
      reveal: `${localSide}: ${counted(dims.prefixLength, 'prefix').replace('xs', 'xes')} and ${counted(dims.blockLength - 1, 'token')}. All earlier text reaches it through the prefixes alone.`,
    };
  },
};

const OURS: Record<Verdict, string> = {
  shown: 'So do ours',
  partly: 'Ours do so in part',
  'not shown': 'Ours do not',
};

function ours({ report, trace }: Facts): string {
  if (!report?.prefixes) return '';
  const { verdict, slot, first } = report.prefixes;
  return ` ${OURS[verdict]}: at slot ${slot}, prefix 0 gets ${percent(first)}, where an even share is ${percent(1 / trace.localSide)} (report).`;
}
