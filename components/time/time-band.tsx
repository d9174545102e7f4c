'use client';

import { AxisFigure } from './axis-figure';
import { Place, PlaybackBar } from './playback-bar';
import styles from './time.module.css';
import { ViewControls } from './view-controls';

/** The run over time, on one token axis, and the controls that move through it. */
export function TimeBand() {
  return (
    <section className={styles.band} aria-label="Over time">
      <div className={styles.bar}>
        <PlaybackBar />
        <Place />
        <ViewControls />
      </div>
      <AxisFigure />
    </section>
  );
}
