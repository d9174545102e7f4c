'use client';

import { useState, useSyncExternalStore } from 'react';
import type { LabModel } from '@/lib/lab/plan';
import buttons from '../../button.module.css';
import lab from '../lab.module.css';
import { LabOrderForm } from './order-form';
import { RatioFigure } from './ratio-figure';
import { ResultView } from './result-view';
import { RunBar } from './run-bar';
import styles from './throughput.module.css';
import { sessionOf } from './throughput-session';
import { useLabModels } from './use-lab-models';

const modelsBesideThePage = () => new URL('models/', document.baseURI).href;

/** The Lab's measurements: the reader chooses models and work, and this machine says how many tokens a second it writes. */
export function ThroughputPanel() {
  const [url] = useState(modelsBesideThePage);
  const models = useLabModels(url);
  return (
    <section aria-label="Throughput">
      {models.state === 'loading' && (
        <p className={`${lab.whole} ${styles.waiting}`} role="status">
          Reading what models there are…
        </p>
      )}
      {models.state === 'failed' && (
        <div className={lab.whole}>
          <div className={styles.problem} role="alert">
            <p>{models.reason}</p>
            <button type="button" className={buttons.button} onClick={models.retry}>
              Try again
            </button>
          </div>
        </div>
      )}
      {models.state === 'ready' && <Measuring url={url} models={models.models} />}
    </section>
  );
}

function Measuring({ url, models }: { url: string; models: LabModel[] }) {
  const [session] = useState(() => sessionOf(url, models));
  const state = useSyncExternalStore(session.subscribe, session.snapshot, session.snapshot);
  return (
    <div className={`${lab.split} ${styles.columns}`}>
      <div className={lab.side}>
        <LabOrderForm
          models={session.models}
          order={state.order}
          disabled={state.running}
          onChange={session.setOrder}
        />
        <RunBar session={session} state={state} />
      </div>
      <div className={lab.main}>
        {state.result ? (
          <ResultView result={state.result} running={state.running} />
        ) : (
          <Nothing running={state.running} />
        )}
      </div>
    </div>
  );
}

/** Before the first measurement: what the paper measured, and where this machine's numbers will stand. */
function Nothing({ running }: { running: boolean }) {
  return (
    <>
      <p className={styles.empty}>
        {running
          ? 'The models are loaded and warmed up; then each is measured in its turn.'
          : 'Nothing is measured yet. Block and flat models will write the same work here, in turn: tokens per second at every batch, where the time goes, and from where on the block model is ahead. This machine’s ratios will stand above the paper’s.'}
      </p>
      <RatioFigure result={null} />
    </>
  );
}
