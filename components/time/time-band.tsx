'use client';

import { useState } from 'react';
import { AxisFigure } from './axis-figure';
import { AxisTable } from './axis-table';
import { Place, PlaybackBar } from './playback-bar';
import styles from './time.module.css';
import { ViewControls } from './view-controls';

/** The run over time, on one token axis, and the controls that move through it. */
export function TimeBand() {
  const [asTable, setAsTable] = useState(false);
  return (
    <section className={styles.band} aria-label="Over time">
      <div className={styles.bar}>
        <PlaybackBar />
        <Place />
        <ViewControls asTable={asTable} onTable={setAsTable} />
      </div>
      <AxisFigure table={asTable ? <AxisTable /> : null} />
    </section>
  );
}
