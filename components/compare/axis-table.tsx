'use client';

import { useEffect, useRef } from 'react';
import { tokenFigures } from '@/lib/compare/figures';
import { idAt, textTokensOf } from '@/lib/compare/text-trace';
import { LANES } from '@/lib/compare/types';
import { formatBytes } from '@/lib/model/cost';
import { cachedLabel } from '../time/label-cache';
import styles from './compare.module.css';
import { useCompareMoment, useCompareState } from './compare-context';
import { countText, timeText } from './numbers';

/** What the axis shows, up to the cursor, as a table: one row a token, the numbers of both lanes side by side. */
export function CompareAxisTable() {
  const moment = useCompareMoment();
  const lanes = useCompareState((state) => state.lanes);
  const box = useRef<HTMLElement>(null);
  const { cursor } = moment;
  const shown = LANES.flatMap((id) => {
    const trace = moment[id];
    return trace ? [{ id, model: lanes[id].model, info: lanes[id].info, trace }] : [];
  });

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
            <th scope="col">token</th>
            {shown.map(({ id, model }) => (
              <th key={id} scope="colgroup" colSpan={6}>
                {model}
              </th>
            ))}
          </tr>
          <tr>
            <td />
            {shown.flatMap(({ id }) =>
              ['text', 'cache', 'keys read', 'multiply-adds', 'time', 'bits'].map((name) => (
                <th key={`${id} ${name}`} scope="col">
                  {name}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: cursor === null ? 0 : cursor + 1 }, (_, token) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a token's place is its identity
            <tr key={token} aria-current={token === cursor || undefined}>
              <th scope="row">{token}</th>
              {shown.flatMap(({ id, trace, info }) => {
                if (token >= textTokensOf(trace)) return [<td key={id} colSpan={6} />];
                const { heldBytes, localBytes, work, ms, surprise } = tokenFigures(trace, token);
                const cells = [
                  cachedLabel(info, idAt(trace, token)),
                  formatBytes(heldBytes + localBytes),
                  work ? countText(work.keysRead) : '–',
                  work ? countText(work.multiplyAdds) : '–',
                  ms === null ? '–' : timeText(ms),
                  surprise === null ? '–' : surprise.toFixed(2),
                ];
                return cells.map((cell, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                  <td key={`${id} ${i}`}>{cell}</td>
                ));
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
