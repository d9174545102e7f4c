import styles from './chart.module.css';
import type { ChartData } from './chart-layout';

/** The numbers of a chart: a row for each x, a column for each line. */
export function ChartTable({ caption, x, y, series }: ChartData & { caption: string }) {
  const values = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))].sort(
    (a, b) => a - b,
  );
  const columns = series.map(({ points }) => new Map(points.map((point) => [point.x, point])));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={styles.table} aria-label={`${caption}, table`} tabIndex={0}>
      <table>
        <caption>
          {caption}: {y.label}
        </caption>
        <thead>
          <tr>
            <th scope="col">{x.label}</th>
            {series.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {values.map((value) => (
            <tr key={value}>
              <th scope="row">{x.format(value)}</th>
              {columns.map((column, i) => {
                const point = column.get(value);
                return (
                  <td key={series[i]?.id}>
                    {point ? y.format(point.y) : '–'}
                    {point?.note && <small> {point.note}</small>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
