'use client';

import type { EngineClient } from '@/lib/engine/types';
import { Bookmarks } from '../bookmarks/bookmarks';
import { FileDrop } from '../file/file-drop';
import { Instrument } from '../instrument/instrument';
import { useIdleLoading } from '../late/use-idle-loading';
import { useKeepInstrument } from '../offline/use-keep-instrument';
import { ExploreStage } from '../present/explore-stage';
import { EmptyTopBar, TopBar } from '../top-bar/top-bar';
import { beginExplore } from './begin-explore';
import styles from './explore.module.css';
import { InstrumentPage } from './instrument-page';

interface ExploreProps {
  /** Makes the engine's client, once for the page. */
  createClient(): EngineClient;
}

/** The page Explore: prompt, text in blocks, this step, and everything over time. */
export function Explore({ createClient }: ExploreProps) {
  return (
    <Instrument createClient={createClient} begin={beginExplore} waiting={<Waiting />}>
      <Page />
      <Bookmarks />
      <ExploreStage />
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
    <>
      <InstrumentPage bar={<TopBar />} />
      <FileDrop />
    </>
  );
}
