import type { Page } from 'playwright-core';
import { FULL } from '@/lib/lab/work';
import type { App } from '../app/app';
import { pause, Reader } from '../app/reader';
import { type FrameResult, frameResult } from '../lib/page';

/** The page's pace nearest to 30 tokens a second. */
export const PACE = 32;
const PLAY_MS = 7500;
/** Ends in the middle of a sweep. */
const SCRUB_MS = 6500;
/** Playing ends before the run does. */
const PLAY_FROM = FULL - 1 - Math.ceil(((PLAY_MS + 500) / 1000) * PACE);

interface Scene {
  row: string;
  judged: boolean;
  prepare(reader: Reader): Promise<void>;
  act(reader: Reader): Promise<void>;
  /** Throws when the page did not do what was measured. */
  after?(reader: Reader): Promise<void>;
}

const playing = (row: string, view: string, heads: boolean): Scene => ({
  row,
  judged: true,
  prepare: async (reader) => {
    await reader.pace(PACE);
    await reader.press(view);
    await reader.seek(PLAY_FROM);
    if (heads) await reader.heads(true);
  },
  act: async (reader) => {
    await reader.play();
    await pause(PLAY_MS);
  },
  after: async (reader) => {
    if (heads) await reader.heads(false);
    const played = (await reader.cursor()) - PLAY_FROM;
    if (played < (0.8 * PACE * PLAY_MS) / 1000)
      throw new Error(`only ${played} tokens were played`);
    await reader.seek(PLAY_FROM);
  },
});

const scrubbing = (row: string, view: string, sweepMs: number): Scene => ({
  row,
  judged: true,
  prepare: async (reader) => {
    await reader.seek(FULL - 1);
    await reader.press(view);
  },
  act: (reader) => reader.scrub(SCRUB_MS, sweepMs),
  after: async (reader) => {
    if ((await reader.cursor()) === FULL - 1) throw new Error('dragging did not move the cursor');
  },
});

const SCENES: Scene[] = [
  {
    row: 'generating at full speed',
    judged: false,
    prepare: (reader) => reader.prepare(),
    act: async (reader) => {
      await reader.generate();
      await reader.written();
    },
  },
  playing(`playing at ${PACE} tokens/s, last 12 blocks`, 'l', false),
  playing(`playing at ${PACE} tokens/s, whole run`, 'w', false),
  playing(`playing at ${PACE} tokens/s, last 12 blocks, heads grid open`, 'l', true),
  scrubbing('dragging the Timeline, last 12 blocks', 'l', 1000),
  scrubbing('dragging the Timeline, whole run', 'w', 3000),
];

/**
 * What a frame costs while a run of 1,008 tokens is written, played and scrubbed. A scene that fails is told to `missing`; after
 * it the page is opened afresh.
 */
export async function measureFrames(
  app: App,
  progress: (line: string) => void,
  missing: (row: string, cause: unknown) => void,
): Promise<FrameResult[]> {
  const results: FrameResult[] = [];
  let page: Page | null = null;
  for (const scene of SCENES) {
    progress(`The page: ${scene.row}`);
    try {
      page ??= await open(app, scene !== SCENES[0]);
      const reader = new Reader(page);
      await scene.prepare(reader);
      // What the preparation set off has come to rest.
      await pause(500);
      const events = await app.record(page, () => scene.act(reader));
      await scene.after?.(reader);
      results.push(frameResult(scene.row, scene.judged, events));
    } catch (cause) {
      missing(`the page, ${scene.row}`, cause);
      await page?.context().close();
      page = null;
    }
  }
  await page?.context().close();
  return results;
}

/** The page with the model loaded, on request with a full run. */
async function open(app: App, written: boolean): Promise<Page> {
  const page = await app.visit();
  const reader = new Reader(page);
  await reader.ready();
  if (written) {
    await reader.prepare();
    await reader.generate();
    await reader.written();
  }
  return page;
}
