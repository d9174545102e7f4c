import { type MaskRun, maskRuns } from '@/lib/draw/mask-picture';
import type { Method, Panel } from '@/lib/methods/types';
import chart from '../../chart/chart.module.css';
import { positionName } from './mask-words';

/** A mask as a table: what every row sees, neighbouring cells of one kind together. */
export function MaskTable({ method, panel }: { method: Method; panel: Panel }) {
  if (panel.state !== undefined) return <p>{panel.state}</p>;
  const caption = `${method.name}: ${panel.name}`;
  const rows = new Map<number, MaskRun[]>();
  for (const run of maskRuns(panel, false)) {
    const runs = rows.get(run.row);
    if (runs) runs.push(run);
    else rows.set(run.row, [run]);
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={chart.table} aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}; what is not named is masked</caption>
        <thead>
          <tr>
            <th scope="col">position</th>
            <th scope="col">sees</th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: panel.size }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its position
            <tr key={row}>
              <th scope="row">{positionName(panel, row)}</th>
              <td>
                {(rows.get(row) ?? [])
                  .map((run) => `${spanName(panel, run)}: ${method.marks[run.mark] ?? run.mark}`)
                  .join('; ') || 'nothing'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function spanName(panel: Panel, { from, to }: MaskRun): string {
  const first = positionName(panel, from);
  return to - from === 1 ? first : `${first} to ${positionName(panel, to - 1)}`;
}
