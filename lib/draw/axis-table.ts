import { formatBytes } from '@/lib/model/cost';
import type { Trace } from '@/lib/trace/trace';
import { axisScale, blocksInView } from './axis-scale';
import { cacheData, surpriseData } from './from-trace';

/** One line of the axis as a table: a token, or a block where many are in view. */
export interface AxisRow {
  name: string;
  /** The text of the token, or of the block's tokens. */
  text: string;
  /** What a reader did there: tokens forced, the run left. Empty where nothing. */
  mark: string;
  /** Surprise in bits, the mean over a block; what was not measured says so. */
  surprise: string;
  global: string;
  local: string;
  flat: string;
  /** The flat model of the same loss; null where none is known. */
  sameLoss: string | null;
  now: boolean;
}

export interface AxisTable {
  each: 'token' | 'block';
  rows: AxisRow[];
}

/** With more blocks than this in view a row is a block. */
const MOST_BLOCKS = 16;

/** What the axis shows of blocks `from` … `from + span`, up to the cursor, in words and numbers. */
export function axisTable(
  trace: Trace,
  cursor: number,
  from: number,
  span: number,
  label: (token: number) => string,
): AxisTable {
  const L = trace.dims.blockLength;
  const each = span > MOST_BLOCKS ? 'block' : 'token';
  const unit = each === 'block' ? L : 1;
  const cache = cacheData(trace, cursor, null);
  const equal = cache.flat.find(({ match }) => match === 'same loss');
  const surprise = surpriseData(trace, cursor, Number.POSITIVE_INFINITY);
  const view = blocksInView(axisScale(from, span, L, 1));
  const rows: AxisRow[] = [];
  for (let first = view.from * L; first < view.to * L && first <= cursor; first += unit) {
    const last = Math.min(first + unit - 1, cursor);
    const marks: string[] = [];
    let text = '';
    let bits = 0;
    for (let token = first; token <= last; token++) {
      text += label(token);
      const here = each === 'block' ? `token ${token}` : 'here';
      if (token === trace.header.branch?.at) marks.push(`branch: from ${here} on another text`);
      if (trace.isForced(token)) marks.push(each === 'block' ? `${here} forced` : 'forced');
      bits += surprise.bits(token);
    }
    const mean = bits / (last - first + 1);
    rows.push({
      name: each === 'block' ? `block ${first / L}` : `token ${first}`,
      text,
      mark: marks.join('; '),
      surprise: Number.isNaN(mean) ? 'not measured' : `${mean.toFixed(2)} bits`,
      global: formatBytes(cache.globalHeld(last)),
      local: last < trace.promptBlocks * L ? 'none' : formatBytes(cache.localHeld(last)),
      flat: formatBytes(cache.flat[0]?.held(last) ?? 0),
      sameLoss: equal ? formatBytes(equal.held(last)) : null,
      now: last === cursor,
    });
  }
  return { each, rows };
}
