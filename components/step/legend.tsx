'use client';

import { SCALE_NAME } from '@/lib/draw/theme';
import styles from './step.module.css';

/** The fixed scale of a map, its transform by name, and what hatching means. */
export function Legend({ family }: { family: 'global' | 'local' }) {
  return (
    <p className={styles.legend}>
      <span>0</span>
      <span className={styles.ramp} data-family={family} aria-hidden="true" />
      <span>1</span>
      <span>{SCALE_NAME}</span>
      <span className={styles.hatch} aria-hidden="true" />
      <span>masked</span>
    </p>
  );
}
