'use client';

import { useEffect, useState } from 'react';
import { createCompareCommands } from '@/lib/commands/compare-commands';
import { CompareSession } from '@/lib/compare/session';
import { createCompareStore } from '@/lib/compare/store';
import type { AnyClient } from '@/lib/engine/types';
import { createCompareView } from '@/lib/store/compare-view';
import { createColours } from '../canvas/colours';
import { DrawingProvider } from '../canvas/drawing-context';
import { FrameLoop } from '../canvas/frame-loop';
import { useTheme } from '../explore/use-theme';
import { MomentFeed } from '../moment-feed';
import { AxisBand } from './axis-band';
import styles from './compare.module.css';
import { type CompareAddress, readCompareAddress } from './compare-address';
import { CompareBar, EmptyCompareBar } from './compare-bar';
import {
  CompareProvider,
  type CompareTools,
  compareMoment,
  compareRuns,
  useCompareView,
} from './compare-context';
import { CompareHelp } from './compare-help';
import { ComparePrompt } from './compare-prompt';
import { CompareStage } from './compare-stage';
import { Differences } from './differences';
import { LaneRow } from './lane-row';
import { ModelFacts } from './model-facts';
import { Notices } from './notices';
import { BySlot, SameText } from './same-text';
import { useCompareShortcuts } from './use-compare-shortcuts';
import { useKeepLanes } from './use-keep-lanes';

interface CompareProps {
  /** Makes the client of a lane's engine; `modelsUrl`: absolute URL of the folder of models. */
  createClient(modelsUrl: string): AnyClient;
}

/** The page Compare: two models, one prompt, one token axis. */
export function Compare({ createClient }: CompareProps) {
  const [tools, setTools] = useState<CompareTools | null>(null);
  useEffect(() => {
    let left = false;
    let dispose = () => {};
    const modelsUrl = new URL('models/', document.baseURI).href;
    const facts = new ModelFacts(modelsUrl);
    void readCompareAddress(window.location.search, facts).then((address) => {
      if (left) return;
      const made = createTools(address, facts, () => createClient(modelsUrl));
      dispose = made.dispose;
      setTools(made.tools);
      void begin(made.tools);
    });
    return () => {
      left = true;
      dispose();
    };
  }, [createClient]);
  return tools ? (
    <DrawingProvider value={tools}>
      <CompareProvider value={tools}>
        <Page />
      </CompareProvider>
    </DrawingProvider>
  ) : (
    <>
      <EmptyCompareBar />
      <main className={styles.waiting}>
        <noscript>This page runs two models in your browser and needs JavaScript.</noscript>
      </main>
    </>
  );
}

/** Loads both models and lets them write at once, so that there is something to see; not for readers who want no motion. */
async function begin({ session, store }: CompareTools): Promise<void> {
  await session.open();
  const { lanes, cursor, running } = store.getState();
  const ready = lanes.upper.status.state === 'ready' && lanes.lower.status.state === 'ready';
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (ready && !still && cursor === null && !running) await session.generate();
}

function createTools(
  { models, caches, backend, notices }: CompareAddress,
  facts: ModelFacts,
  createClient: () => AnyClient,
): { tools: CompareTools; dispose(): void } {
  const store = createCompareStore(models, caches);
  const view = createCompareView(notices);
  const frames = new FrameLoop();
  const session = new CompareSession(store, { createClient, backend, wake: frames.wake });
  const removeTick = frames.add((now) => session.tick(now));
  // After the player, so that both show one token.
  const moments = new MomentFeed(store, compareMoment, frames, compareRuns);
  const colours = createColours(frames.wake);
  const unsubscribe = view.subscribe((state, before) => {
    if (state.theme !== before.theme) colours.forget();
    frames.wake();
  });
  const tools: CompareTools = {
    store,
    view,
    session,
    frames,
    moments,
    models: facts,
    commands: createCompareCommands(store, view, session),
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
  useCompareShortcuts();
  useKeepLanes();
  useTheme(
    useCompareView((state) => state.theme),
    useCompareView((state) => state.setTheme),
  );
  return (
    <div className={styles.page}>
      <CompareBar />
      <div className={styles.banners}>
        <Notices />
      </div>
      <div className={styles.side}>
        <ComparePrompt />
        <SameText />
        <Differences />
        <BySlot />
      </div>
      <main className={styles.main}>
        <LaneRow lane="upper" />
        <LaneRow lane="lower" />
        <AxisBand />
      </main>
      <CompareHelp />
      <CompareStage />
    </div>
  );
}
