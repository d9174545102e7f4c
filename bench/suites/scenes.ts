import type { Page } from 'playwright-core';
import type { App } from '../app/app';
import { CompareReader } from '../app/compare-reader';
import { LabReader } from '../app/lab-reader';
import { pause, Reader } from '../app/reader';

/** The page's pace nearest to 30 tokens a second. */
export const PACE = 32;
const PLAY_MS = 7500;
/** Ends in the middle of a sweep. */
const SCRUB_MS = 6500;
const TURN_MS = 5000;
/** Tokens from which a run is played: playing ends before the run does. */
const PLAYED = Math.ceil(((PLAY_MS + 500) / 1000) * PACE);

/** Something a reader does for some seconds, and what has to be so before it. */
export interface Scene<R> {
  row: string;
  /** Whether its 95th percentile has a target. */
  judged: boolean;
  prepare(reader: R): Promise<void>;
  act(reader: R): Promise<void>;
  /** Throws when the page did not do what was measured. */
  after?(reader: R): Promise<void>;
}

/** A page and what is done on it, in order. */
export interface Stage<R> {
  address: string | undefined;
  readerOf(page: Page): R;
  /** Brings a fresh page to where the scenes begin; `first` before the first scene, not when one failed and the page is opened anew. */
  open(reader: R, first: boolean): Promise<void>;
  scenes: readonly Scene<R>[];
}

const playing = (row: string, view: string, heads = false): Scene<Reader> => ({
  row,
  judged: true,
  prepare: async (reader) => {
    await reader.pace(PACE);
    await reader.press(view);
    await reader.seek((await reader.last()) - PLAYED);
    if (heads) await reader.heads(true);
  },
  act: async (reader) => {
    await reader.play();
    await pause(PLAY_MS);
  },
  after: async (reader) => {
    if (heads) await reader.heads(false);
    const from = (await reader.last()) - PLAYED;
    const played = (await reader.cursor()) - from;
    if (played < (0.8 * PACE * PLAY_MS) / 1000)
      throw new Error(`only ${played} tokens were played`);
    await reader.seek(from);
  },
});

const scrubbing = (row: string, view: string, sweepMs: number): Scene<Reader> => ({
  row,
  judged: true,
  prepare: async (reader) => {
    await reader.seek(await reader.last());
    await reader.press(view);
  },
  act: (reader) => reader.scrub(SCRUB_MS, sweepMs),
  after: async (reader) => {
    if ((await reader.cursor()) === (await reader.last()))
      throw new Error('dragging did not move the cursor');
  },
});

const writing = (row: string): Scene<Reader> => ({
  row,
  judged: false,
  prepare: (reader) => reader.prepare(),
  act: async (reader) => {
    await reader.generate();
    await reader.written();
  },
});

/** The page with its models loaded; with a full run, unless a scene writes it. */
async function open(reader: Reader, first: boolean): Promise<void> {
  await reader.ready();
  if (first) return;
  await reader.prepare();
  await reader.generate();
  await reader.written();
}

/** Explore, with tiny-b4. */
export const EXPLORE: Stage<Reader> = {
  address: undefined,
  readerOf: (page) => new Reader(page),
  open,
  scenes: [
    writing('generating at full speed'),
    playing(`playing at ${PACE} tokens/s, last 12 blocks`, 'l'),
    playing(`playing at ${PACE} tokens/s, whole run`, 'w'),
    playing(`playing at ${PACE} tokens/s, last 12 blocks, heads grid open`, 'l', true),
    scrubbing('dragging the Timeline, last 12 blocks', 'l', 1000),
    scrubbing('dragging the Timeline, whole run', 'w', 3000),
  ],
};

/** Compare, with its own pair of models. */
export const COMPARE: Stage<Reader> = {
  address: 'compare?backend=wasm',
  readerOf: (page) => new CompareReader(page),
  open,
  scenes: [
    writing('Compare: both lanes at full speed'),
    playing(`Compare: playing at ${PACE} tokens/s, around the cursor`, 'l'),
    playing(`Compare: playing at ${PACE} tokens/s, whole text`, 'w'),
    scrubbing('Compare: dragging the Timeline, around the cursor', 'l', 1000),
    scrubbing('Compare: dragging the Timeline, whole text', 'w', 3000),
  ],
};

const turning = (row: string, dial: string): Scene<LabReader> => {
  let before = '';
  return {
    row,
    judged: true,
    prepare: async (reader) => {
      before = await reader.value(dial);
    },
    act: (reader) => reader.turn(dial, TURN_MS),
    after: async (reader) => {
      // It ends where it began only by chance, after whole rounds of its keys.
      if ((await reader.value(dial)) === before) await reader.turn(dial, 100);
      if ((await reader.value(dial)) === before) throw new Error(`${dial} did not move`);
    },
  };
};

const labStage = (part: string, dial: string, row: string): Stage<LabReader> => ({
  address: `lab#${part}`,
  readerOf: (page) => new LabReader(page),
  open: (reader) => reader.ready(dial),
  scenes: [turning(row, dial)],
});

/** The Lab's two parts that draw while a dial is turned. */
export const LAB = [
  labStage('scaling', 'Context', 'Lab: turning the context of the calculator'),
  labStage('methods', 'Length of the picture', 'Lab: turning the length of a mask'),
] as const;

/** Opens a stage's page in a fresh profile. */
export async function openStage<R>(
  app: App,
  stage: Stage<R>,
  first: boolean,
): Promise<{ page: Page; reader: R }> {
  const page = await app.visit(undefined, stage.address);
  const reader = stage.readerOf(page);
  await stage.open(reader, first);
  return { page, reader };
}
