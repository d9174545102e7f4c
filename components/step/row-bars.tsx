'use client';

import type { ReactNode } from 'react';
import { shorten } from '@/lib/draw/shapes';
import styles from './step.module.css';

/** What a row looked at: a number or nothing, its text, and the weight. */
export interface RowBar {
  key: number;
  number: string;
  text: string;
  weight: number;
}

interface RowBarsProps {
  family: 'global' | 'local';
  /** Most weight first. */
  bars: readonly RowBar[];
  /** Whose row it is. */
  children: ReactNode;
  /** What has no bar of its own. */
  rest?: ReactNode;
}

/** Beside a map that fills the screen: a row's weights as bars, in words that are read from afar. */
export function RowBars({ family, bars, children, rest }: RowBarsProps) {
  const most = bars[0]?.weight || 1;
  return (
    <div className={styles.fullRow} data-family={family}>
      <p>{children}</p>
      <ol>
        {bars.map(({ key, number, text, weight }) => (
          <li key={key}>
            <span className={styles.fullBlock}>{number}</span>
            <span className={styles.fullText}>{shorten(text, 24)}</span>
            <span className={styles.fullWeight}>{weight.toFixed(2)}</span>
            <i style={{ width: `${(100 * weight) / most}%` }} />
          </li>
        ))}
      </ol>
      {rest && <p className={styles.fullRest}>{rest}</p>}
    </div>
  );
}

/** The places of `weights`, the largest first; among equal ones the earlier. */
export function byWeight(weights: Float32Array): number[] {
  const at = (place: number) => weights[place] ?? 0;
  return Array.from(weights.keys()).sort((a, b) => at(b) - at(a) || a - b);
}
