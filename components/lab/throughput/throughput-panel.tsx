'use client';

import { useMemo, useState } from 'react';
import { firstOrder } from '@/lib/lab/order';
import type { LabModel, LabOrder } from '@/lib/lab/plan';
import buttons from '../../button.module.css';
import { LabOrderForm } from './order-form';
import { RatioFigure } from './ratio-figure';
import { ResultView } from './result-view';
import { RunBar } from './run-bar';
import styles from './throughput.module.css';
import { useLabModels } from './use-lab-models';
import { useThroughput } from './use-throughput';

/** The Lab's measurements: the reader chooses models and work, and this machine says how many tokens a second it writes. */
export function ThroughputPanel({ modelsUrl }: { modelsUrl?: string }) {
  const url = useMemo(
    () =>
      modelsUrl ??
      new URL('models/', typeof document === 'undefined' ? 'http://localhost' : document.baseURI)
        .href,
    [modelsUrl],
  );
  const models = useLabModels(url);
  return (
    <section className={styles.panel} aria-labelledby="throughput-heading">
      <header className={styles.head}>
        <h2 id="throughput-heading">Throughput</h2>
        <p className={styles.lead}>
          Block and flat models write the same work on this machine, in turn: how many tokens a
          second, at which batch, and from where on the block model is ahead.
        </p>
      </header>
      {models.state === 'loading' && (
        <p className={styles.waiting} role="status">
          Reading what models there are…
        </p>
      )}
      {models.state === 'failed' && (
        <div className={styles.problem} role="alert">
          <p>{models.reason}</p>
          <button type="button" className={buttons.button} onClick={models.retry}>
            Try again
          </button>
        </div>
      )}
      {models.state === 'ready' && <Measuring url={url} models={models.models} />}
    </section>
  );
}

function Measuring({ url, models }: { url: string; models: LabModel[] }) {
  const [order, setOrder] = useState<LabOrder>(() => firstOrder(models));
  const throughput = useThroughput(url);
  return (
    <div className={styles.columns}>
      <div className={styles.side}>
        <LabOrderForm
          models={models}
          order={order}
          disabled={throughput.running}
          onChange={setOrder}
        />
        <RunBar models={models} order={order} throughput={throughput} />
      </div>
      <div className={styles.main}>
        {throughput.result ? (
          <ResultView result={throughput.result} running={throughput.running} />
        ) : (
          <Nothing />
        )}
      </div>
    </div>
  );
}

/** Before the first run: what the paper measured, and where this machine's numbers will stand. */
function Nothing() {
  return (
    <>
      <p className={styles.empty}>
        Nothing is measured yet. After a run this machine’s ratios stand above the paper’s, with
        tokens per second at every batch, where the time goes, and the crossover.
      </p>
      <RatioFigure result={null} />
    </>
  );
}
