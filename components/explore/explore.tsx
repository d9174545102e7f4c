'use client';

import { useEffect, useState } from 'react';
import { createCommands } from '@/lib/commands/commands';
import { Session } from '@/lib/commands/session';
import type { EngineClient } from '@/lib/engine/types';
import { readAddress } from '@/lib/store/address';
import { createAppStore } from '@/lib/store/store';
import { CachePanel } from '../cache/cache-panel';
import { BoundaryClock } from '../canvas/boundary-clock';
import { createColours } from '../canvas/colours';
import { DrawingProvider } from '../canvas/drawing-context';
import { FrameLoop } from '../canvas/frame-loop';
import { HelpDialog } from '../help/help-dialog';
import { useIdleLoading } from '../late/use-idle-loading';
import { readRecordedRun } from '../loading/recorded-run';
import { MomentFeed, momentOf } from '../moment-feed';
import { PageProvider, type PageTools, useApp } from '../page-context';
import { ProblemBanner } from '../problem/problem-banner';
import { PromptPanel } from '../prompt/prompt-panel';
import { StepBand } from '../step/step-band';
import { GeneratedText } from '../text/generated-text';
import { TimeBand } from '../time/time-band';
import { EmptyTopBar, TopBar } from '../top-bar/top-bar';
import styles from './explore.module.css';
import { useShortcuts } from './use-shortcuts';
import { useTheme } from './use-theme';

interface ExploreProps {
  /** Makes the engine's client, once for the page. */
  createClient(): EngineClient;
}

/** The page Explore: prompt, text in blocks, this step, and everything over time. */
export function Explore({ createClient }: ExploreProps) {
  const [tools, setTools] = useState<PageTools | null>(null);
  useEffect(() => {
    const client = createClient();
    const made = createTools(client);
    setTools(made.tools);
    void made.tools.session.open(showRecordedRun(made.tools.session));
    return () => {
      made.dispose();
      client.dispose();
    };
  }, [createClient]);
  return tools ? (
    <DrawingProvider value={tools}>
      <PageProvider value={tools}>
        <Page />
      </PageProvider>
    </DrawingProvider>
  ) : (
    <>
      <EmptyTopBar />
      <main className={styles.waiting}>
        <noscript>This page runs a model in your browser and needs JavaScript.</noscript>
      </main>
    </>
  );
}

/** Puts real numbers on the screen before the model is there; they play unless the reader wants no motion. */
async function showRecordedRun(session: Session): Promise<void> {
  const recorded = await readRecordedRun(session.model, document.baseURI);
  if (!recorded) return;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  session.showRecorded(recorded.trace, recorded.writer, !still);
}

function createTools(client: EngineClient): { tools: PageTools; dispose(): void } {
  const store = createAppStore();
  const frames = new FrameLoop();
  const address = readAddress(window.location.search);
  store.getState().setNotices(address.notices);
  const session = new Session(store, client, address.request, frames.wake);
  const still = window.matchMedia('(prefers-reduced-motion: reduce)');
  const boundary = new BoundaryClock(() => still.matches);
  const removeTick = frames.add((now) => {
    const playing = session.tick(now);
    return boundary.update(now, store.getState()) || playing;
  });
  // After the player, so that both show one token.
  const moments = new MomentFeed(store, momentOf, frames);
  const colours = createColours(frames.wake);
  const unsubscribe = store.subscribe((state, before) => {
    if (state.theme !== before.theme) colours.forget();
  });
  const tools: PageTools = {
    store,
    session,
    frames,
    moments,
    boundary,
    commands: createCommands(store, session),
    theme: colours.theme,
  };
  return {
    tools,
    dispose: () => {
      removeTick();
      unsubscribe();
      moments.dispose();
      colours.dispose();
      session.dispose();
    },
  };
}

function Page() {
  useShortcuts();
  useTheme(
    useApp((state) => state.theme),
    useApp((state) => state.setTheme),
  );
  useIdleLoading();
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
    </div>
  );
}
