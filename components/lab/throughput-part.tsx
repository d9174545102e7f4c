'use client';

import styles from './lab.module.css';
import { ThroughputPanel } from './throughput/throughput-panel';

/** Measurements on this machine, in their place on the page. */
export function ThroughputPart() {
  return (
    <div className={styles.whole}>
      <ThroughputPanel />
    </div>
  );
}
