'use client';

import type { EngineClient } from '@/lib/engine/types';
import { CachePanel } from '../cache/cache-panel';
import { FileDrop } from '../file/file-drop';
import { HelpDialog } from '../help/help-dialog';
import { Instrument } from '../instrument/instrument';
import { useIdleLoading } from '../late/use-idle-loading';
import { useKeepInstrument } from '../offline/use-keep-instrument';
import { ProblemBanner } from '../problem/problem-banner';
import { PromptPanel } from '../prompt/prompt-panel';
import { beginShared } from '../share/begin-shared';
import { StepBand } from '../step/step-band';
import { GeneratedText } from '../text/generated-text';
import { TimeBand } from '../time/time-band';
import { EmptyTopBar, TopBar } from '../top-bar/top-bar';
import styles from './explore.module.css';

interface ExploreProps {
  /** Makes the engine's client, once for the page. */
  createClient(): EngineClient;
}

/** The page Explore: prompt, text in blocks, this step, and everything over time. */
export function Explore({ createClient }: ExploreProps) {
  return (
    <Instrument createClient={createClient} begin={beginShared} waiting={<Waiting />}>
      <Page />
    </Instrument>
  );
}

function Waiting() {
  return (
    <>
      <EmptyTopBar />
      <main className={styles.waiting}>
        <noscript>This page runs a model in your browser and needs JavaScript.</noscript>
      </main>
    </>
  );
}

function Page() {
  useIdleLoading();
  useKeepInstrument();
  return (
    <div className={styles.page}>
      <TopBar />
      <div className={styles.banners}>
        <ProblemBanner />
      </div>
      <div className={styles.side}>
        <PromptPanel />
        <div className={styles.cache}>
          <CachePanel />
        </div>
      </div>
      <main className={styles.main}>
        <div className={styles.text}>
          <GeneratedText />
        </div>
        <div className={styles.step}>
          <StepBand />
        </div>
        <div className={styles.time}>
          <TimeBand />
        </div>
      </main>
      <HelpDialog />
      <FileDrop />
    </div>
  );
}
