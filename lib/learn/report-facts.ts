import { sameLossRival } from '@/lib/model/rivals';
import facts from './report-facts.json';

/** A verdict of the report: by its rules, from numbers alone. */
export type Verdict = 'shown' | 'partly' | 'not shown';

/** A mean and its standard error. */
export interface Measured {
  value: number;
  error: number | null;
}

/** What the lesson says of one of our models as a whole: the few numbers that it needs of the committed report. */
export interface ModelReport {
  model: string;
  weightsSha256: string;
  decoderParameters: number;
  tokensSeen: number;
  /** Loss by slot on held-out modern stories, in nats a token. */
  slots: { verdict: Verdict | null; targets: number; losses: Measured[] };
  /** The flat model made to have its loss. */
  sameLoss: { id: string; decoderParameters: number; times: number } | null;
  /** Mean share of block 0 in far rows, text alone in it, over all heads of the block decoder. */
  sink: { verdict: Verdict; share: number; even: number } | null;
  /** Share of prefix 0 in the row of a block's last slot, over all layers and heads of the token decoder. */
  prefixes: { verdict: Verdict; slot: number; first: number } | null;
  /** How often the block's last token is among the entries nearest to the last prefix. */
  lastPrefix: { rate: number; chance: number } | null;
}

/** The text that the lesson's losses are of: the one that every model was scored on. */
const TEXT = 'modern-stories';
/** As much of the report as is read here. */
export interface ReportPart {
  models: readonly {
    id: string;
    architecture: string;
    weightsSha256: string;
    decoderParameters: number;
    tokensSeen: number;
  }[];
  scores: readonly {
    model: string;
    text: string;
    scoredTokens: number;
    bySlot: readonly Measured[];
  }[];
  gaps: readonly {
    model: string;
    against: string;
    text: string;
    times: number;
  }[];
  inside: readonly {
    model: string;
    unpadded: {
      far: { even: number } | null;
      heads: readonly { far: { first: number } | null }[];
    };
    slots: readonly { slot: number; prefixes: readonly Measured[] }[];
    prefixes: readonly { rates: { last: { rate: Measured; chance: Measured } } }[];
  }[];
  findings: readonly {
    id: string;
    outcomes: readonly { where: string; verdict: Verdict | 'cannot be told' }[];
  }[];
}

/** Picks what the lesson needs out of a report, a block model at a time. */
export function pickReportFacts(report: ReportPart): ModelReport[] {
  return report.models.flatMap((model) => {
    const score = report.scores.find((one) => one.model === model.id && one.text === TEXT);
    if (model.architecture !== 'block' || !score) return [];
    const verdict = (id: string, where: string): Verdict | null => {
      const { outcomes = [] } = report.findings.find((one) => one.id === id) ?? {};
      const told = outcomes.find((outcome) => outcome.where === where)?.verdict;
      return told === undefined || told === 'cannot be told' ? null : told;
    };
    const { id, weightsSha256, decoderParameters, tokensSeen } = model;
    const losses = score.bySlot.map(({ value, error }) => ({ value, error }));
    return [
      {
        model: id,
        weightsSha256,
        decoderParameters,
        tokensSeen,
        slots: {
          verdict: verdict('slots', `${id}, ${TEXT}`),
          targets: score.scoredTokens,
          losses,
        },
        sameLoss: sameLossOf(report, id),
        ...insideOf(report, id, verdict),
      },
    ];
  });
}

/** The rival whose cache the page draws. */
function sameLossOf({ gaps, models }: ReportPart, id: string): ModelReport['sameLoss'] {
  const against = sameLossRival(id)?.id;
  const gap = gaps.find((one) => one.model === id && one.against === against && one.text === TEXT);
  const rival = models.find((model) => model.id === against);
  return gap && rival
    ? { id: rival.id, decoderParameters: rival.decoderParameters, times: gap.times }
    : null;
}

function insideOf(
  report: ReportPart,
  id: string,
  verdict: (id: string, where: string) => Verdict | null,
): Pick<ModelReport, 'sink' | 'prefixes' | 'lastPrefix'> {
  const inside = report.inside.find((one) => one.model === id);
  const sunk = verdict('sink', `${id}, text alone in block 0`);
  const looked = verdict('prefixes', id);
  const far = inside?.unpadded.far;
  const shares = inside?.unpadded.heads.flatMap((head) => (head.far ? [head.far.first] : [])) ?? [];
  const last = inside?.slots.at(-1);
  const nearest = inside?.prefixes.at(-1)?.rates.last;
  return {
    sink:
      sunk && far && shares.length > 0
        ? {
            verdict: sunk,
            share: shares.reduce((sum, share) => sum + share, 0) / shares.length,
            even: far.even,
          }
        : null,
    prefixes:
      looked && last
        ? { verdict: looked, slot: last.slot, first: last.prefixes[0]?.value ?? 0 }
        : null,
    lastPrefix: nearest ? { rate: nearest.rate.value, chance: nearest.chance.value } : null,
  };
}

/** What the committed report says of a model with these very weights; null when it says nothing. */
export function reportOf(id: string, weightsSha256: string): ModelReport | null {
  const known = (facts as ModelReport[]).find((one) => one.model === id);
  return known?.weightsSha256 === weightsSha256 ? known : null;
}
