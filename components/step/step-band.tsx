'use client';

import { BlockPanel } from './block-panel';
import { ContextPanel } from './context-panel';
import { GlobalPanel } from './global-panel';
import { LocalPanel } from './local-panel';
import { NextPanel } from './next-panel';
import styles from './step.module.css';

/** This step, read left to right as the model works. */
export function StepBand() {
  return (
    <div className={styles.band}>
      <BlockPanel />
      <GlobalPanel />
      <ContextPanel />
      <LocalPanel />
      <NextPanel />
    </div>
  );
}
