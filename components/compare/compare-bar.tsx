'use client';

import { CircleHelp, Moon, Presentation, Sun } from 'lucide-react';
import { RoomsNav } from '../rooms/rooms-nav';
import { Brand } from '../top-bar/brand';
import styles from '../top-bar/top-bar.module.css';
import { CompareButton } from './compare-button';
import { useCompareMoment } from './compare-context';

const MEANING =
  'Measured in these runs, on this machine: attention, logits and their surprise, times, and the positions in the caches. Derived from the models’ shapes: bytes, keys read, multiply-adds, and the token decoder’s cache.';

/** The bar while the page is being prepared. */
export function EmptyCompareBar() {
  return (
    <header className={styles.bar}>
      <Brand />
      <RoomsNav room="compare" />
    </header>
  );
}

/** Name, pages, where the numbers come from, and the controls of the page itself. */
export function CompareBar() {
  const { upper, lower } = useCompareMoment();
  return (
    <header className={styles.bar}>
      <Brand />
      <RoomsNav room="compare" />
      {(upper || lower) && (
        <span className={styles.engine}>
          <span className={styles.provenance} title={MEANING}>
            measured
          </span>
        </span>
      )}
      <span className={styles.space} />
      <CompareButton id="present" className={styles.icon}>
        <Presentation size={16} aria-hidden="true" />
      </CompareButton>
      <CompareButton id="theme" className={styles.icon}>
        <Sun size={16} className={styles.sun} aria-hidden="true" />
        <Moon size={16} className={styles.moon} aria-hidden="true" />
      </CompareButton>
      <CompareButton id="help" className={styles.icon}>
        <CircleHelp size={16} aria-hidden="true" />
      </CompareButton>
    </header>
  );
}
