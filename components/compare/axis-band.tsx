'use client';

import { Table2 } from 'lucide-react';
import { useState } from 'react';
import { padsOf } from '@/lib/compare/text-trace';
import { LANES } from '@/lib/compare/types';
import { placeOf } from '@/lib/model/layout';
import { Trace } from '@/lib/trace/trace';
import buttons from '../button.module.css';
import { Player } from '../time/player';
import time from '../time/time.module.css';
import { CompareAxisFigure } from './axis-figure';
import { CompareAxisTable } from './axis-table';
import styles from './compare.module.css';
import { CompareButton } from './compare-button';
import { useCompareMoment, useCompareState, useCompareView } from './compare-context';
import { CopyFigures } from './copy-figures';

/** Both lanes over time, on one token axis, and the controls that move through it. */
export function AxisBand() {
  const [asTable, setAsTable] = useState(false);
  const playing = useCompareState((state) => state.playing);
  const pace = useCompareState((state) => state.pace);
  const setPace = useCompareState((state) => state.setPace);
  const zoom = useCompareView((state) => state.zoom);
  return (
    <section className={`${time.band} ${styles.time}`} aria-label="Over time">
      <div className={time.bar}>
        <Player Button={CompareButton} playing={playing} pace={pace} onPace={setPace} />
        <Place />
        <div className={time.view}>
          {asTable && <CopyFigures />}
          <div className={time.joined}>
            <CompareButton id="near" pressed={zoom === 'near'}>
              around the cursor
            </CompareButton>
            <CompareButton id="whole-run" pressed={zoom === 'whole'}>
              whole text
            </CompareButton>
          </div>
          <button
            type="button"
            className={`${buttons.button} ${time.zoom}`}
            aria-label="Show the token axis as a table"
            aria-pressed={asTable}
            title="Show the token axis as a table"
            onClick={() => setAsTable(!asTable)}
          >
            <Table2 size={15} aria-hidden="true" />
          </button>
        </div>
      </div>
      {asTable ? <CompareAxisTable /> : <CompareAxisFigure />}
    </section>
  );
}

/** Where the cursor is, in the text and in the blocks of the lanes that have them. */
function Place() {
  const moment = useCompareMoment();
  const { cursor } = moment;
  if (cursor === null) return <span className={time.place} />;
  const blocks = LANES.flatMap((id) => {
    const trace = moment[id];
    if (!(trace instanceof Trace)) return [];
    const { block, slot } = placeOf(cursor + padsOf(trace), trace.dims);
    return [`block ${block}, slot ${slot}`];
  });
  return (
    <span
      className={time.place}
      title="Text tokens count from 0 at the prompt’s first; pads are left out."
    >
      {[`token ${cursor}`, ...new Set(blocks)].join(' · ')}
    </span>
  );
}
