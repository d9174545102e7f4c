'use client';

import { type ComponentType, type ReactNode, useRef } from 'react';
import type { PanelName } from '@/lib/export/shown';
import { CachePanel } from '../cache/cache-panel';
import { HelpDialog } from '../help/help-dialog';
import { ProblemBanner } from '../problem/problem-banner';
import { ContextPanel } from '../step/context-panel';
import { GlobalPanel } from '../step/global-panel';
import { LocalPanel } from '../step/local-panel';
import { NextPanel } from '../step/next-panel';
import { OpenStation } from '../step/open-station';
import { Place, PlaybackBar } from '../time/playback-bar';
import { TimeBand } from '../time/time-band';
import styles from './embed.module.css';

const PANELS: Record<PanelName, ComponentType> = {
  global: GlobalPanel,
  local: LocalPanel,
  context: ContextPanel,
  next: NextPanel,
  cache: CachePanel,
  axis: TimeBand,
};

/** One panel in a frame, with the player under it. */
export function OnePanel({ name, bar }: { name: PanelName; bar: ReactNode }) {
  const panel = useRef<HTMLElement>(null);
  const Content = PANELS[name];
  return (
    <div className={styles.one}>
      {bar}
      <div>
        <ProblemBanner />
      </div>
      <main ref={panel} className={styles.panel} data-shows={name}>
        <h1 className="visually-hidden">Blockscope</h1>
        <Content />
        <OpenStation band={panel} />
      </main>
      {/* The axis has a player of its own. */}
      {name !== 'axis' && (
        <footer className={styles.player}>
          <PlaybackBar />
          <Place />
        </footer>
      )}
      <HelpDialog />
    </div>
  );
}
