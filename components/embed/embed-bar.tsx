'use client';

import { ArrowUpRight } from 'lucide-react';
import { isLink } from '@/lib/share/is-link';
import buttons from '../button.module.css';
import { HandedOn } from '../share/handed-on';
import { Brand } from '../top-bar/brand';
import { EngineBadge } from '../top-bar/engine-badge';
import styles from '../top-bar/top-bar.module.css';
import own from './embed.module.css';

/** Whose instrument it is, what its engine does, and the way to all of it. */
export function EmbedBar() {
  return (
    <header className={styles.bar}>
      <Brand />
      <EngineBadge />
      <span className={styles.space} />
      <span className={own.way}>
        <a
          className={`${buttons.button} ${own.open}`}
          // The whole page opens the same run.
          href={`./${isLink(window.location.hash) ? window.location.hash : ''}`}
          target="_blank"
          rel="noopener"
        >
          Open in Blockscope <ArrowUpRight size={14} aria-hidden="true" />
        </a>
        <HandedOn />
      </span>
    </header>
  );
}

/** The bar while the page is being prepared. */
export function EmptyEmbedBar() {
  return (
    <>
      <header className={styles.bar}>
        <Brand />
      </header>
      <main>
        <noscript>This frame runs a model in your browser and needs JavaScript.</noscript>
      </main>
    </>
  );
}
