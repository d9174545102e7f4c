import { number, percent } from '@/lib/lab/table';
import { PAGE_RULES } from './page-targets';
import type { Report } from './report';

/** A target, what was measured, and whether that meets it. */
export interface Verdict {
  target: string;
  wanted: string;
  measured: string;
  /** Null when it was not measured. */
  met: boolean | null;
}

/** How a target is judged. */
export interface Rule {
  target: string;
  limit: number;
  /** The measured value must be at least, or at most, the limit. */
  side: 'least' | 'most';
  show(value: number): string;
  of(report: Report): number | null;
}

const times = (value: number) => `${number(value)} ×`;

/** Rows that the targets are about. */
export const B4 = 'tiny-b4, WASM';
const SAME = 'tiny-flat-same, unrolled, WASM';
/** Its first token comes before the first four of the unrolled form. */
const SAME_SLOWLY = 'tiny-flat-same, per token, WASM';
const NATIVE = 'tiny-b4, native';

/** Time per token of `under` over that of `over` at a length: how many times as fast `over` is. Medians over the same rounds. */
function faster(report: Report, over: string, under: string, length: number): number | null {
  const at = (row: string) =>
    report.growth.find((g) => g.row === row && g.length === length)?.msPerToken.median;
  const [fast, slow] = [at(over), at(under)];
  return fast !== undefined && slow !== undefined ? slow / fast : null;
}

/** The shortest time to the first token behind the long prompt, of some rows at batch 1. */
function firstToken(report: Report, rows: readonly string[]): number | null {
  const times = report.work
    .filter((w) => rows.includes(w.row) && w.work === 'prefill-heavy' && w.batch === 1)
    .map(({ firstTokenMs }) => firstTokenMs.median);
  return times.length > 0 ? Math.min(...times) : null;
}

function gpu(report: Report) {
  return report.webgpu?.rows.find(({ model }) => model === 'tiny-b4') ?? null;
}

const AT = 1008;

const RULES: Rule[] = [
  {
    target: `tiny-b4 at ${AT.toLocaleString('en')} tokens: share of its roofline`,
    limit: 0.5,
    side: 'least',
    show: percent,
    of: (report) => report.roofline.find(({ row }) => row === B4)?.share ?? null,
  },
  {
    target: 'tiny-b4 against transformers.js on tiny-flat-same',
    limit: 4,
    side: 'least',
    show: times,
    of: (report) => faster(report, B4, 'tiny-flat-same, transformers.js', AT),
  },
  {
    target: 'tiny-b4 against transformers.js on tiny-flat-match',
    limit: 2,
    side: 'least',
    show: times,
    of: (report) => faster(report, B4, 'tiny-flat-match, transformers.js', AT),
  },
  {
    target: 'tiny-b4 against our own unrolled tiny-flat-same',
    limit: 1.5,
    side: 'least',
    show: times,
    of: (report) => faster(report, B4, SAME, AT),
  },
  {
    target: 'time to first token after 896 tokens, of tiny-flat-same’s',
    limit: 1 / 6,
    side: 'most',
    show: (value) => `1/${number(1 / value)}`,
    of: (report) => {
      const [ours, same] = [firstToken(report, [B4]), firstToken(report, [SAME, SAME_SLOWLY])];
      return ours !== null && same !== null ? ours / same : null;
    },
  },
  {
    target: 'tiny-b4 against onnxruntime-node on one thread',
    limit: 0.5,
    side: 'least',
    show: times,
    of: (report) => faster(report, B4, NATIVE, AT),
  },
  {
    target: 'attention outputs and recording, share of a step of tiny-b4',
    limit: 0.1,
    side: 'most',
    show: percent,
    of: (report) =>
      report.outputs.find(({ row, length }) => row === B4 && length === AT)?.share.median ?? null,
  },
  {
    target: 'WebGPU, tiny-b4: maps per token',
    limit: 0.25,
    side: 'most',
    show: number,
    of: (report) => gpu(report)?.perToken.maps ?? null,
  },
  {
    target: 'WebGPU, tiny-b4: dispatches per block without a cut',
    limit: 280,
    side: 'most',
    show: number,
    of: (report) => gpu(report)?.perStep.dispatches ?? null,
  },
  {
    target: 'WebGPU, tiny-b4: bind groups made per captured step',
    limit: 0,
    side: 'most',
    show: number,
    of: (report) => gpu(report)?.perStep.bindGroups ?? null,
  },
];

/** Every target of what was asked for, with its verdict: a quick run has none, one of the page its own. */
export function judge(report: Report): Verdict[] {
  const rules = { full: [...RULES, ...PAGE_RULES], page: PAGE_RULES, quick: [] }[report.scope];
  return rules.map((rule) => verdictOf(rule, report));
}

/** The verdict of one rule. */
export function verdictOf({ target, limit, side, show, of }: Rule, report: Report): Verdict {
  const value = of(report);
  return {
    target,
    wanted:
      limit === 0 && side === 'most'
        ? show(0)
        : `${side === 'least' ? 'at least' : 'at most'} ${show(limit)}`,
    measured: value === null ? '–' : show(value),
    met: value === null ? null : side === 'least' ? value >= limit : value <= limit,
  };
}
