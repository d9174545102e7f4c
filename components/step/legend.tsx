'use client';

import { paintRamp } from '@/lib/draw/attention-paint';
import { SCALES } from '@/lib/draw/theme';
import { Surface } from '../canvas/surface';
import { useApp } from '../page-context';
import styles from './step.module.css';

/** The fixed scale of a map, its transform by name, and what hatching and dots mean. */
export function Legend({ family }: { family: 'global' | 'local' }) {
  const { scale, mass, hideFirst } = useApp((state) => state.mapView);
  const leavesOut = mass < 1 || (hideFirst && family === 'global');
  return (
    <p className={styles.legend}>
      <span>0</span>
      <span className={styles.ramp}>
        <Surface
          aria-hidden="true"
          data-ramp={family}
          depends={() => []}
          paint={(ctx, size, theme) =>
            paintRamp(ctx, size, family === 'global' ? theme.globalRamp : theme.localRamp)
          }
        />
      </span>
      <span>1</span>
      <span title={SCALES[scale].formula}>{SCALES[scale].name}</span>
      <span className={styles.key}>
        <span className={styles.hatch} aria-hidden="true" />
        masked
      </span>
      {leavesOut && (
        <span className={styles.key}>
          <span className={styles.leftOut} aria-hidden="true" />
          left out
        </span>
      )}
    </p>
  );
}
