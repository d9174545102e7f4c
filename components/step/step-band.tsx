'use client';

import { useRef } from 'react';
import { latePart, useLate } from '../late/late';
import { useApp } from '../page-context';
import { BlockPanel } from './block-panel';
import { ContextPanel } from './context-panel';
import { Flow } from './flow';
import { GlobalPanel } from './global-panel';
import { LocalPanel } from './local-panel';
import { NextPanel } from './next-panel';
import styles from './step.module.css';

const stationDialog = latePart(
  async () => (await import('../station/station-dialog')).StationDialog,
);

/** This step, read left to right as the model works. */
export function StepBand() {
  const station = useApp((state) => state.station);
  const StationDialog = useLate(stationDialog, station !== null);
  const band = useRef<HTMLDivElement>(null);
  return (
    <div ref={band} className={styles.band}>
      <BlockPanel />
      <GlobalPanel />
      <ContextPanel />
      <LocalPanel />
      <NextPanel />
      <Flow />
      {station && StationDialog && <StationDialog station={station} band={band} />}
    </div>
  );
}
