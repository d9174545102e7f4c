'use client';

import { FoldHorizontal, UnfoldHorizontal } from 'lucide-react';
import { CommandButton } from '../command-button';
import { useApp } from '../page-context';
import { AxisFigure } from './axis-figure';
import { CacheKey, Place, PlaybackBar } from './playback-bar';
import styles from './time.module.css';

const ICON = { size: 15, 'aria-hidden': true } as const;

/** The run over time, on one token axis, and the controls that move through it. */
export function TimeBand() {
  const wholeRun = useApp((state) => state.wholeRun);
  return (
    <section className={styles.band} aria-label="Over time">
      <div className={styles.bar}>
        <PlaybackBar />
        <Place />
        <CommandButton id="whole-run" className={styles.whole}>
          {wholeRun ? <FoldHorizontal {...ICON} /> : <UnfoldHorizontal {...ICON} />}
        </CommandButton>
        <CacheKey />
      </div>
      <AxisFigure />
    </section>
  );
}
