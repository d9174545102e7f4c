'use client';

import { laneTotals, tokenFigures } from '@/lib/compare/figures';
import { textTokensOf } from '@/lib/compare/text-trace';
import {
  type LaneId,
  type LaneTotals,
  type LaneTrace,
  otherLane,
  type TokenFigures,
} from '@/lib/compare/types';
import { formatBytes } from '@/lib/model/cost';
import { FlatTrace } from '@/lib/trace/flat-trace';
import styles from './compare.module.css';
import { useCompareMoment } from './compare-context';
import { countText, timeText } from './numbers';

interface Numbers {
  token: TokenFigures;
  totals: LaneTotals;
}

/** A line of the figures: what the token at the cursor cost, and what all tokens so far did. */
interface Line {
  name: string;
  /** Where the number comes from, in a word; nothing for what is measured. */
  derived?: boolean;
  value(numbers: Numbers): number | null;
  /** What the bar is measured by; the value itself if not said. */
  scale?(numbers: Numbers): number;
  /** The token decoder's. */
  local?: boolean;
  text(value: number, numbers: Numbers): string;
  total(numbers: Numbers): string;
}

const LINES: readonly Line[] = [
  {
    name: 'KV cache held',
    value: ({ token }) => token.heldBytes,
    scale: heldBytes,
    text: formatBytes,
    total: ({ token }) => plural(token.heldPositions, 'position'),
  },
  {
    name: 'local cache',
    derived: true,
    local: true,
    value: ({ token }) => (token.localBytes > 0 ? token.localBytes : null),
    scale: heldBytes,
    text: formatBytes,
    total: () => '',
  },
  {
    name: 'keys read',
    derived: true,
    value: ({ token }) => token.work?.keysRead ?? null,
    text: countText,
    total: ({ totals }) => countText(totals.keysRead),
  },
  {
    name: 'multiply-adds',
    derived: true,
    value: ({ token }) => token.work?.multiplyAdds ?? null,
    text: countText,
    total: ({ totals }) => countText(totals.multiplyAdds),
  },
  {
    name: 'time',
    value: ({ token }) => token.ms,
    text: timeText,
    total: ({ totals }) => timeText(totals.ms),
  },
  {
    name: 'surprise',
    value: ({ token }) => token.surprise,
    text: (bits) => `${bits.toFixed(2)} bits`,
    total: ({ totals }) =>
      totals.meanSurprise === null ? '' : `${totals.meanSurprise.toFixed(2)} a token`,
  },
];

interface LaneFiguresProps {
  lane: LaneId;
  trace: LaneTrace | null;
}

/** What the token at the cursor cost in a lane, as bars that share their scale with the other lane, and all tokens so far. */
export function LaneFigures({ lane, trace }: LaneFiguresProps) {
  const moment = useCompareMoment();
  const { cursor } = moment;
  const numbers = trace && cursor !== null ? numbersAt(trace, cursor) : null;
  const other = moment[otherLane(lane)];
  const rival = other && cursor !== null ? numbersAt(other, cursor) : null;
  return (
    <section className={styles.figures} aria-label={`Figures, ${lane} lane`}>
      <table>
        <colgroup>
          <col />
          <col />
          <col />
          <col />
        </colgroup>
        <thead>
          <tr>
            <td />
            <th scope="col" colSpan={2}>
              {numbers === null ? 'this token' : `token ${numbers.token.token}`}
            </th>
            <th scope="col">so far</th>
          </tr>
        </thead>
        <tbody>
          {LINES.map((line) => {
            const value = numbers && line.value(numbers);
            const scale = line.scale ?? line.value;
            const most = Math.max((numbers && scale(numbers)) ?? 0, (rival && scale(rival)) ?? 0);
            return (
              <tr key={line.name}>
                <th scope="row" title={line.derived ? DERIVED : undefined}>
                  {line.name}
                </th>
                <td className={styles.barCell}>
                  <Bar
                    kind={line.local ? 'local' : trace instanceof FlatTrace ? 'flat' : 'global'}
                    length={most > 0 && value !== null ? value / most : 0}
                  />
                </td>
                <td className={styles.number}>
                  {numbers && value !== null ? line.text(value, numbers) : '–'}
                </td>
                <td className={styles.number}>{numbers ? line.total(numbers) : ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className={styles.note}>{numbers ? promptText(numbers.totals) : ''}</p>
    </section>
  );
}

interface BarProps {
  kind: 'global' | 'local' | 'flat';
  /** Of the longest bar, 0–1. */
  length: number;
}

function Bar({ kind, length }: BarProps) {
  if (length === 0) return null;
  return <span className={styles.bar} data-kind={kind} style={{ width: `${100 * length}%` }} />;
}

/** Both caches of both lanes are measured by the largest of them. */
function heldBytes({ token }: Numbers): number {
  return Math.max(token.heldBytes, token.localBytes);
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

const DERIVED = 'Derived from the model’s shape; a block’s run is shared evenly by its tokens.';

function numbersAt(trace: LaneTrace, cursor: number): Numbers {
  const token = Math.min(cursor, textTokensOf(trace) - 1);
  return { token: tokenFigures(trace, token), totals: laneTotals(trace, token) };
}

/** What reading the prompt took, apart from the tokens written. */
function promptText({ promptMs, promptMultiplyAdds }: LaneTotals): string {
  const work = `${countText(promptMultiplyAdds)} multiply-adds`;
  return promptMs === null
    ? `prompt: ${work}`
    : `prompt read before: ${timeText(promptMs)}, ${work}`;
}
