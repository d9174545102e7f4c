import { formatBytes } from '@/lib/model/cost';
import { FlatTrace } from '@/lib/trace/flat-trace';
import { cacheName } from './caches';
import { laneTotals, tokenFigures } from './figures';
import { sameTokens } from './given-text';
import { textTokensOf } from './text-trace';
import type { CompareState, LaneId, LaneTotals, LaneTrace, TokenFigures } from './types';

/** What is said of a lane: measured and derived numbers at the cursor. */
export interface LaneWords {
  name: string;
  /** `wasm`, `webgpu (captured)` …: times of one kind only are compared. */
  backend: string;
  /** Layers whose keys and values are kept from token to token, and their width. */
  layers: number;
  width: number;
  /** What is kept are codes of low rank. */
  codes: boolean;
  figures: TokenFigures;
  totals: LaneTotals;
}

/** Whose text the lanes have. */
export type TextWords =
  | { kind: 'own' }
  /** Both have the text that this lane wrote. */
  | { kind: 'same'; writer: LaneId }
  /** As before, cut into other tokens by each. */
  | { kind: 'recut' };

/** Below this factor two numbers are called equal. */
const ALIKE = 1.05;
/** Bits a token below which two surprises are called equal: what a hundredth rounds to. */
const SAME_BITS = 0.005;

/** What the page says at the cursor: nothing before both lanes have a run. */
export function wordsAt({ lanes, cursor }: Pick<CompareState, 'lanes' | 'cursor'>): string[] {
  const upper = laneWords(lanes.upper.trace, cursor ?? 0);
  const lower = laneWords(lanes.lower.trace, cursor ?? 0);
  if (!upper || !lower) return [];
  const twins = upper.name === lower.name;
  return compareWords(
    twins ? { ...upper, name: `the upper ${upper.name}` } : upper,
    twins ? { ...lower, name: `the lower ${lower.name}` } : lower,
    textWords(lanes),
  );
}

/** Whose text the lanes have. */
export function textWords({ upper, lower }: CompareState['lanes']): TextWords {
  const writer = lower.givenBy ?? upper.givenBy;
  if (!writer || !upper.info || !lower.info) return { kind: 'own' };
  return sameTokens(upper.info, lower.info) ? { kind: 'same', writer } : { kind: 'recut' };
}

/** A lane's run in numbers at `token`, or at the last token that it has. Null where it has none. */
export function laneWords(trace: LaneTrace | null, token: number): LaneWords | null {
  if (!trace) return null;
  const { dims, header } = trace;
  const last = Math.min(token, textTokensOf(trace) - 1);
  const cache = trace instanceof FlatTrace ? trace.header.cache : undefined;
  return {
    name: cache ? `${header.model.id} with ${cacheName(cache)}` : header.model.id,
    backend: header.backend,
    layers: dims.blockLayers,
    width: dims.width,
    codes: cache?.id === 'lorc',
    figures: tokenFigures(trace, last),
    totals: laneTotals(trace, last),
  };
}

/**
 * Two or three sentences on how the lanes differ at the cursor: what they hold and read, what their time was and whether the work
 * explains it, and how well each expects the text. Made from these numbers alone, whichever lane they favour.
 */
export function compareWords(upper: LaneWords, lower: LaneWords, text: TextWords): string[] {
  const sentences = [memorySentence(upper, lower)];
  const time = timeSentence(upper, lower);
  if (time) sentences.push(time);
  const surprise = surpriseSentence(upper, lower, text);
  if (surprise) sentences.push(surprise);
  return sentences;
}

/** Bytes held, by what factor, why, and the keys read for this token. */
export function memorySentence(upper: LaneWords, lower: LaneWords): string {
  const [less, more] = sorted(upper, lower, ({ figures }) => figures.heldBytes);
  const bytes = ({ figures }: LaneWords) => formatBytes(figures.heldBytes);
  const why = `${kept(less, more)} against ${kept(more, less)}`;
  const held =
    less.figures.heldBytes === more.figures.heldBytes
      ? `At this token both hold ${bytes(less)} of keys and values`
      : less.figures.heldBytes === 0
        ? `At this token ${less.name} holds no keys and values yet and ${more.name} ${bytes(more)}`
        : `At this token ${less.name} holds ${bytes(less)} of keys and values and ${more.name} ${bytes(more)}, ${factor(more.figures.heldBytes / less.figures.heldBytes)} as much: ${why}`;
  return `${held}${readClause(upper, lower)}.`;
}

function readClause(upper: LaneWords, lower: LaneWords): string {
  const [a, b] = [upper.figures.work, lower.figures.work];
  if (!a || !b) return '';
  const [less, more] = sorted(upper, lower, ({ figures }) => figures.work?.keysRead ?? 0);
  const keys = (lane: LaneWords) => count(lane.figures.work?.keysRead ?? 0);
  return a.keysRead === b.keysRead
    ? `; for it each reads ${keys(less)} keys`
    : `; for it ${less.name} reads ${keys(less)} keys and ${more.name} ${keys(more)}`;
}

/** `9 positions in 3 layers`, and what else differs from the other lane; where layers differ, their mean. */
function kept({ figures, layers, width, codes }: LaneWords, other: LaneWords): string {
  const { heldPositions } = figures;
  const mean = Number.isInteger(heldPositions) ? '' : 'on average ';
  const what = `${plural(heldPositions, 'position')}${codes ? ' as codes' : ''}`;
  const places = `${mean}${what} in ${plural(layers, 'layer')}`;
  return width === other.width ? places : `${places} of width ${width}`;
}

/** Time a token, and whether the arithmetic agrees with it. Null before both have written, or on different backends. */
export function timeSentence(upper: LaneWords, lower: LaneWords): string | null {
  if (upper.totals.tokens === 0 || lower.totals.tokens === 0) return null;
  if (upper.backend !== lower.backend) {
    return `Their times are not compared: ${upper.name} runs on ${upper.backend} and ${lower.name} on ${lower.backend}.`;
  }
  const [fast, slow] = sorted(upper, lower, msOf);
  const ratio = msOf(slow) / msOf(fast);
  if (ratio < ALIKE) {
    return `Both took about ${milliseconds(msOf(fast))} a token; ${workClause(fast, slow)}.`;
  }
  const time = `${fast.name} took ${milliseconds(msOf(fast))} a token and ${slow.name} ${milliseconds(msOf(slow))}, ${factor(ratio)} as long`;
  const [own, others] = [workOf(fast), workOf(slow)];
  if (others / own >= ALIKE) return `${time}: ${workClause(fast, slow)}.`;
  if (own / others >= ALIKE) {
    return `${time}, although it does less arithmetic: ${workClause(slow, fast)}, so arithmetic does not decide here.`;
  }
  return `${time}, though ${workClause(fast, slow)}: arithmetic does not decide here.`;
}

/** `a does 1.2 M multiply-adds a token and b 2.3 M`. */
function workClause(own: LaneWords, other: LaneWords): string {
  const [a, b] = [workOf(own), workOf(other)];
  return Math.max(a, b) / Math.min(a, b) < ALIKE
    ? `each does about ${count(a)} multiply-adds a token`
    : `${own.name} does ${count(a)} multiply-adds a token and ${other.name} ${count(b)}`;
}

/** How well each expected the same text; what is missing for that otherwise. Null before both have tokens of it. */
export function surpriseSentence(
  upper: LaneWords,
  lower: LaneWords,
  text: TextWords,
): string | null {
  const [a, b] = [upper.totals.meanSurprise, lower.totals.meanSurprise];
  if (a === null || b === null) return null;
  if (text.kind === 'own') {
    return 'Each wrote its own text, so how well they expect it is not compared; give one’s text to the other for that.';
  }
  if (text.kind === 'recut') {
    return 'They cut the text into different tokens, so their surprise a token is not compared.';
  }
  if (upper.totals.tokens !== lower.totals.tokens) return null;
  const writer = text.writer === 'upper' ? upper : lower;
  const bits = (lane: LaneWords) => `${(lane.totals.meanSurprise ?? Number.NaN).toFixed(2)} bits`;
  const tokens = `On the same ${plural(writer.totals.tokens, 'token')}`;
  const whose = `(the text is ${writer.name}’s own, which favours it)`;
  if (Math.abs(a - b) < SAME_BITS) {
    return `${tokens} both are surprised by ${bits(writer)} a token ${whose}.`;
  }
  const [less, more] = a < b ? [upper, lower] : [lower, upper];
  const difference = Math.abs(a - b).toFixed(2);
  const end = less === writer ? ` ${whose}` : `, although the text is ${writer.name}’s own`;
  return `${tokens} ${less.name} is surprised by ${bits(less)} a token and ${more.name} by ${bits(more)}, ${difference} more${end}.`;
}

function sorted(
  upper: LaneWords,
  lower: LaneWords,
  value: (lane: LaneWords) => number,
): [LaneWords, LaneWords] {
  return value(upper) <= value(lower) ? [upper, lower] : [lower, upper];
}

const msOf = ({ totals }: LaneWords) => totals.ms / totals.tokens;
const workOf = ({ totals }: LaneWords) => totals.multiplyAdds / totals.tokens;

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** `8 times`, `1.3 times`, `about`. */
function factor(ratio: number): string {
  if (ratio < ALIKE) return 'about';
  return `${Number(ratio.toFixed(1)).toLocaleString('en')} times`;
}

/** `85`, `1,024`, `1.2 M`. */
function count(value: number): string {
  if (value >= 999_950) return `${(value / 1e6).toFixed(1)} M`;
  return Math.round(value).toLocaleString('en');
}

function plural(number: number, noun: string): string {
  return `${number.toLocaleString('en', { maximumFractionDigits: 1 })} ${noun}${number === 1 ? '' : 's'}`;
}
