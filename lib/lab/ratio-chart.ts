import { scaleLog } from 'd3';
import { PAPER_RATIOS } from './paper';
import { count } from './plan';
import type { LabResult } from './result';
import { number } from './table';

/** A ratio of tokens per second, block model over flat. */
export interface RatioMark {
  x: number;
  ratio: number;
  /** Short, beside the mark: the batch, or the paper's pair. */
  note: string;
  label: string;
}

export interface RatioBand {
  source: 'here' | 'paper';
  /** What is compared, such as `tiny-b4 over tiny-flat-match, unrolled`. */
  name: string;
  /** The rival in words. */
  rival: string;
  marks: RatioMark[];
}

export interface RatioChart {
  bands: RatioBand[];
  /** Where the two are as fast as each other. */
  one: number;
  ticks: { x: number; text: string }[];
}

/** The paper's four groups: its rival and kind of work. */
const PAPER_GROUPS = [
  { rival: 'same loss', work: 'prefill', name: 'Prefill-heavy' },
  { rival: 'same loss', work: 'decode', name: 'Decode-heavy' },
  { rival: 'same size', work: 'prefill', name: 'Prefill-heavy' },
  { rival: 'same size', work: 'decode', name: 'Decode-heavy' },
] as const;

/**
 * Ratios on one scale from `left` to `right`, by factors of two: what was measured here, if anything, and what the paper's Table
 * 1 gives. The scale reaches from 1/4 to 32 and further where a measurement does.
 */
export function layoutRatios(result: LabResult | null, left: number, right: number): RatioChart {
  const here = result?.comparisons ?? [];
  const all = here.flatMap(({ ratios }) => ratios.map(({ ratio }) => ratio.median));
  const low = 2 ** Math.min(-2, ...all.map((ratio) => Math.floor(Math.log2(ratio))));
  const high = 2 ** Math.max(5, ...all.map((ratio) => Math.ceil(Math.log2(ratio))));
  const x = scaleLog([low, high], [left, right]).base(2);
  const ticks: RatioChart['ticks'] = [];
  for (let ratio = low; ratio <= high; ratio *= 2)
    ticks.push({ x: x(ratio), text: ratio < 1 ? `1/${1 / ratio}` : `${ratio}` });
  const measured: RatioBand[] = here.map(({ block, flat, rival, ratios }) => ({
    source: 'here',
    name: `${block} over ${flat}`,
    rival,
    marks: ratios.map(({ blockBatch, flatBatch, ratio }) => {
      const note =
        blockBatch === flatBatch ? count(blockBatch) : `${count(blockBatch)}:${count(flatBatch)}`;
      return {
        x: x(ratio.median),
        ratio: ratio.median,
        note,
        label: `batch ${note.replace(':', ' against ')}: ${number(ratio.median)} times`,
      };
    }),
  }));
  const paper: RatioBand[] = PAPER_GROUPS.map(({ rival, work, name }) => ({
    source: 'paper',
    name,
    rival,
    marks: PAPER_RATIOS.filter((one) => one.rival === rival).map((one) => ({
      x: x(one[work]),
      ratio: one[work],
      note: one.block,
      label: `block ${one.block} over flat ${one.flat}: ${one[work].toFixed(1)} times`,
    })),
  }));
  return { bands: [...measured, ...paper], one: x(1), ticks };
}
