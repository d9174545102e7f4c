'use client';

import { Copy } from 'lucide-react';
import { LANES } from '@/lib/compare/types';
import { toCsv } from '@/lib/export/csv';
import { copyText, NO_CLIPBOARD } from '@/lib/export/hand-over';
import { lanesTable } from '@/lib/export/lanes-table';
import buttons from '../button.module.css';
import { ByHand } from '../export/by-hand';
import { textOf } from '../export/shown-now';
import { useOutcome } from '../export/use-outcome';
import time from '../time/time.module.css';
import { useCompare, useCompareMoment } from './compare-context';

/** Copies the figures of both lanes up to the cursor as CSV, one row a lane and token. */
export function CopyFigures() {
  const { store } = useCompare();
  const { cursor } = useCompareMoment();
  const [outcome, setOutcome] = useOutcome();

  const copy = async () => {
    const { lanes, cursor: at } = store.getState();
    const shown = LANES.flatMap((lane) => {
      const { trace, info } = lanes[lane];
      return trace ? [{ lane, trace, text: (id: number) => textOf(info, id) }] : [];
    });
    if (at === null) return;
    const { columns, rows } = lanesTable(shown, at);
    const names = columns.map(({ name }) => name);
    const text = toCsv(names, rows);
    const sentence = `Copied ${rows.length.toLocaleString('en')} rows`;
    setOutcome(
      (await copyText(text))
        ? { done: true, sentence, text: null }
        : { done: false, sentence: NO_CLIPBOARD, text },
    );
  };
  return (
    <>
      <span role="status" className={time.place}>
        {outcome?.done ? outcome.sentence : ''}
      </span>
      <button
        type="button"
        className={buttons.button}
        title="Copy the figures of both lanes up to the cursor, one row a lane and token"
        disabled={cursor === null}
        onClick={() => void copy()}
      >
        <Copy size={13} aria-hidden="true" /> Copy as CSV
      </button>
      {outcome && !outcome.done && <ByHand outcome={outcome} onClose={() => setOutcome(null)} />}
    </>
  );
}
