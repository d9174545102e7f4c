import { count } from '@/lib/lab/plan';
import type { LabResult } from '@/lib/lab/result';
import { formatBytes } from '@/lib/model/cost';
import { Chart } from '../../chart/chart';
import { speedData } from './speed-data';
import styles from './throughput.module.css';

/** Tokens per second against batch size, with the budget. */
export function SpeedFigure({ result }: { result: LabResult }) {
  const data = speedData(result);
  const fits = [...new Map(result.rows.map(({ model, fits }) => [model, fits]))];
  return (
    <section className={styles.figure} aria-labelledby="throughput-speed">
      <h3 id="throughput-speed">Tokens per second against batch size</h3>
      {data ? (
        <Chart label="Tokens per second against batch size" height={300} {...data} />
      ) : (
        <p className={styles.empty}>The first measurement is on its way.</p>
      )}
      <p className={styles.note}>
        Medians of all sequences together; thin strokes span the rounds. K and V of{' '}
        {fits.map(([model, most]) => `${count(most)} sequences of ${model}`).join(', ')} fit in{' '}
        {formatBytes(result.budgetBytes)}.
      </p>
    </section>
  );
}
