'use client';

import { useRef } from 'react';
import { BlockPanel } from './block-panel';
import { ContextPanel } from './context-panel';
import { Flow } from './flow';
import { GlobalPanel } from './global-panel';
import { LocalPanel } from './local-panel';
import { NextPanel } from './next-panel';
import { OpenStation } from './open-station';
import styles from './step.module.css';

/** This step, read left to right as the model works. */
export function StepBand() {
  const band = useRef<HTMLDivElement>(null);
  return (
    <div ref={band} className={styles.band}>
      <BlockPanel />
      <GlobalPanel />
      <ContextPanel />
      <LocalPanel />
      <NextPanel />
      <Flow />
      <OpenStation band={band} />
    </div>
  );
}
