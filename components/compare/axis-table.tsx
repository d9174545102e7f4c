'use client';

import { memo, useEffect, useRef } from 'react';
import { tokenFigures } from '@/lib/compare/figures';
import { idAt, textTokensOf } from '@/lib/compare/text-trace';
import { LANES, type LaneTrace } from '@/lib/compare/types';
import type { EngineInfo } from '@/lib/engine/types';
import { formatBytes } from '@/lib/model/cost';
import { cachedLabel } from '../time/label-cache';
import styles from './compare.module.css';
import { useCompareMoment, useCompareState } from './compare-context';
import { countText, timeText } from './numbers';

const COLUMNS = ['text', 'cache', 'local', 'keys read', 'multiply-adds', 'time', 'bits'];

/** What the axis shows, up to the cursor, as a table: one row a token, the numbers of both lanes side by side. */
export function CompareAxisTable() {
  const moment = useCompareMoment();
  const lanes = useCompareState((state) => state.lanes);
  const box = useRef<HTMLElement>(null);
  const { cursor, upper, lower } = moment;
  const shown = LANES.filter((id) => moment[id] !== null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the row at the cursor comes into view as the cursor moves
  useEffect(() => {
    box.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [cursor]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section ref={box} className={styles.table} aria-label="The token axis as a table" tabIndex={0}>
      <table>
        <caption>What each token cost in each lane, up to the cursor</caption>
        <thead>
          <tr>
            <td />
            {shown.map((id) => (
              <th key={id} scope="colgroup" colSpan={COLUMNS.length}>
                {lanes[id].model}
              </th>
            ))}
          </tr>
          <tr>
            <th scope="col">token</th>
            {shown.flatMap((id) =>
              COLUMNS.map((name) => (
                <th key={`${id} ${name}`} scope="col">
                  {name}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: cursor === null ? 0 : cursor + 1 }, (_, token) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: a token's place is its identity
              key={token}
              token={token}
              now={token === cursor}
              upper={upper}
              upperInfo={lanes.upper.info}
              lower={lower}
              lowerInfo={lanes.lower.info}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  token: number;
  now: boolean;
  upper: LaneTrace | null;
  upperInfo: EngineInfo | null;
  lower: LaneTrace | null;
  lowerInfo: EngineInfo | null;
}

/** A token in both lanes: what is written never changes, so a row is rendered once. */
const Row = memo(function Row({ token, now, upper, upperInfo, lower, lowerInfo }: RowProps) {
  return (
    <tr aria-current={now || undefined}>
      <th scope="row">{token}</th>
      {upper && <Cells token={token} trace={upper} info={upperInfo} />}
      {lower && <Cells token={token} trace={lower} info={lowerInfo} />}
    </tr>
  );
});

function Cells({
  token,
  trace,
  info,
}: {
  token: number;
  trace: LaneTrace;
  info: EngineInfo | null;
}) {
  if (token >= textTokensOf(trace)) return <td colSpan={COLUMNS.length}>its text has ended</td>;
  const { heldBytes, localBytes, work, ms, surprise } = tokenFigures(trace, token);
  const cells = [
    cachedLabel(info, idAt(trace, token)),
    formatBytes(heldBytes),
    localBytes > 0 ? formatBytes(localBytes) : '–',
    work ? countText(work.keysRead) : '–',
    work ? countText(work.multiplyAdds) : '–',
    ms === null ? '–' : timeText(ms),
    surprise === null ? '–' : surprise.toFixed(2),
  ];
  return cells.map((cell, i) => (
    <td key={COLUMNS[i]} data-text={i === 0 || undefined}>
      {cell}
    </td>
  ));
}
