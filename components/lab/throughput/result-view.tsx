'use client';

import { Copy, Download } from 'lucide-react';
import { memo, useState } from 'react';
import { copyText, download, NO_CLIPBOARD, NO_FILES, type Outcome } from '@/lib/export/hand-over';
import { labMarkdown } from '@/lib/lab/markdown';
import { count } from '@/lib/lab/plan';
import type { LabResult } from '@/lib/lab/result';
import { caution, crossover, findings } from '@/lib/lab/words';
import { formatBytes } from '@/lib/model/cost';
import buttons from '../../button.module.css';
import { ByHand } from '../../export/by-hand';
import { CellTable } from './cell-table';
import { RatioFigure } from './ratio-figure';
import { SpeedFigure } from './speed-figure';
import styles from './throughput.module.css';

interface ResultViewProps {
  result: LabResult;
  running: boolean;
}

/** What came out, as far as it is known. Drawn again when there is more of it, not with every message on how far a run is. */
export const ResultView = memo(function ResultView({ result, running }: ResultViewProps) {
  const said = findings(result);
  const rough = caution(result);
  return (
    <div className={styles.result}>
      {result.ended === 'cancelled' && (
        <p className={styles.cancelled}>
          Cancelled: below is what was measured until then. The memory was given back.
        </p>
      )}
      {said.length > 0 && (
        <section aria-labelledby="throughput-seen">
          <h3 id="throughput-seen">What was seen{running && ' so far'}</h3>
          <p className={styles.findings}>{said.join(' ')}</p>
          {rough && <p className={styles.note}>{rough}</p>}
        </section>
      )}
      <SpeedFigure result={result} />
      <Crossovers result={result} />
      <RatioFigure result={result} />
      <CellTable result={result} />
      <Provenance result={result} />
      {!running && <TakeAway result={result} />}
    </div>
  );
});

function Crossovers({ result }: { result: LabResult }) {
  if (result.comparisons.length === 0) return null;
  return (
    <section aria-labelledby="throughput-crossover">
      <h3 id="throughput-crossover">From where on the block model is ahead</h3>
      <ul className={styles.crossovers}>
        {result.comparisons.map((one) => {
          const [first, ...rest] = crossover(one);
          return (
            <li key={`${one.block} ${one.flat}`}>
              {first} <span className={styles.aside}>{rest.join(' ')}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Provenance({ result }: { result: LabResult }) {
  const { machine, left, budgetBytes, work, created } = result;
  return (
    <p className={styles.note}>
      Measured {new Date(created).toLocaleString('en')} in {machine.browser} on {machine.system},{' '}
      {count(machine.cores)} cores; WASM, {machine.threads}{' '}
      {machine.threads === 1 ? 'thread' : 'threads'}, onnxruntime-web {machine.onnxruntime}.{' '}
      {count(work.input)} tokens in, {count(work.output)} out; tokens per second count the whole
      time, reading the prompt included. K and V within {formatBytes(budgetBytes)}.
      {left &&
        ` Afterwards ${formatBytes(left.allocatedBytes)} of K and V and ${count(left.openSessions)} sessions were left.`}
    </p>
  );
}

/** The result as a text for a note, or as a file. */
function TakeAway({ result }: { result: LabResult }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const copy = async () => {
    const text = labMarkdown(result);
    setOutcome(
      (await copyText(text))
        ? { done: true, sentence: 'Copied', text: null }
        : { done: false, sentence: NO_CLIPBOARD, text },
    );
  };
  const save = () => {
    const text = `${JSON.stringify(result, null, 2)}\n`;
    const name = `blockscope-throughput-${result.created.slice(0, 16).replace(/[-:T]/g, '')}.json`;
    setOutcome(
      download(new Blob([text], { type: 'application/json' }), name)
        ? { done: true, sentence: 'Saved', text: null }
        : { done: false, sentence: NO_FILES, text },
    );
  };
  return (
    <div className={styles.actions}>
      <button type="button" className={buttons.button} onClick={copy}>
        <Copy size={13} aria-hidden="true" /> Copy as Markdown
      </button>
      <button type="button" className={buttons.button} onClick={save}>
        <Download size={13} aria-hidden="true" /> Download JSON
      </button>
      <span className={styles.note} role="status">
        {outcome?.done && outcome.sentence}
      </span>
      {outcome && !outcome.done && <ByHand outcome={outcome} onClose={() => setOutcome(null)} />}
    </div>
  );
}
