'use client';

import { CircleHelp, Moon, Sun } from 'lucide-react';
import { CommandButton } from '../command-button';
import { EngineBadge } from './engine-badge';
import styles from './top-bar.module.css';

/** Name, engine, and the two controls of the page itself. */
export function TopBar() {
  return (
    <header className={styles.bar}>
      <Brand />
      <EngineBadge />
      <span className={styles.space} />
      <CommandButton id="theme" className={styles.icon}>
        <Sun size={16} className={styles.sun} aria-hidden="true" />
        <Moon size={16} className={styles.moon} aria-hidden="true" />
      </CommandButton>
      <CommandButton id="help" className={styles.icon}>
        <CircleHelp size={16} aria-hidden="true" />
      </CommandButton>
    </header>
  );
}

/** The bar while the page is being prepared. */
export function EmptyTopBar() {
  return (
    <header className={styles.bar}>
      <Brand />
    </header>
  );
}

/** Mark and name: one block over the positions that it is written from. */
export function Brand() {
  return (
    <h1 className={styles.name}>
      <svg className={styles.mark} viewBox="0 0 20 20" aria-hidden="true">
        <rect x="1" y="1" width="18" height="5" rx="1.5" className={styles.markGlobal} />
        <rect x="1" y="9" width="3.6" height="10" rx="1" className={styles.markLocal} />
        <rect x="5.8" y="11.5" width="3.6" height="7.5" rx="1" className={styles.markLocal} />
        <rect x="10.6" y="14" width="3.6" height="5" rx="1" className={styles.markLocal} />
        <rect x="15.4" y="16" width="3.6" height="3" rx="1" className={styles.markNow} />
      </svg>
      Blockscope
    </h1>
  );
}
