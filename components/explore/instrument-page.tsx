'use client';

import type { CSSProperties, ReactNode } from 'react';
import type { EmbedPart } from '@/lib/share/embed-address';
import { CachePanel } from '../cache/cache-panel';
import { HelpDialog } from '../help/help-dialog';
import { ProblemBanner } from '../problem/problem-banner';
import { PromptPanel } from '../prompt/prompt-panel';
import { OpenStation } from '../step/open-station';
import { StepBand } from '../step/step-band';
import { GeneratedText } from '../text/generated-text';
import { TimeBand } from '../time/time-band';
import styles from './explore.module.css';

interface InstrumentPageProps {
  /** The header. */
  bar: ReactNode;
  /** Parts that are left out; the others take their room. */
  hidden?: readonly EmbedPart[];
  /** Stands at the side, that wide, in place of prompt and cache. */
  side?: { content: ReactNode; width: string };
  /** Pixels below which the page scrolls instead of becoming lower. */
  leastHeight?: number;
}

/** The rows of the main part that grow with the page. */
const ROWS = { text: 'auto', step: 'minmax(338px, 0.86fr)', time: 'minmax(340px, 1fr)' } as const;

/** Prompt, text in blocks, this step, and everything over time, on a page of their own. */
export function InstrumentPage({ bar, hidden = [], side, leastHeight }: InstrumentPageProps) {
  const has = (part: EmbedPart) => !hidden.includes(part);
  const rows = (['text', 'step', 'time'] as const).filter(has).map((part) => ROWS[part]);
  const usual = !side && (has('prompt') || has('cache'));
  // Narrow pages stack their parts and look at none of this.
  const page: Record<string, string> = {};
  if (leastHeight !== undefined) page['--least-height'] = `${leastHeight}px`;
  if (!usual) page.gridTemplateColumns = `${side?.width ?? 0} minmax(0, 1fr)`;
  return (
    <div className={styles.page} style={page as CSSProperties}>
      {bar}
      <div className={styles.banners}>
        <ProblemBanner />
      </div>
      {side?.content}
      {usual && (
        <div className={styles.side}>
          {has('prompt') && <PromptPanel />}
          {has('cache') && (
            <div className={styles.cache}>
              <CachePanel />
            </div>
          )}
        </div>
      )}
      <main className={styles.main} style={{ '--rows': rows.join(' ') } as CSSProperties}>
        {has('text') && (
          <div className={styles.text}>
            <GeneratedText />
          </div>
        )}
        {has('step') ? (
          <div className={styles.step}>
            <StepBand />
          </div>
        ) : (
          <OpenStation band={NOWHERE} />
        )}
        {has('time') && (
          <div className={styles.time}>
            <TimeBand />
          </div>
        )}
      </main>
      <HelpDialog />
    </div>
  );
}

const NOWHERE = { current: null };
