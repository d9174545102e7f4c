import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MapGeometry } from '@/lib/draw/attention-map';
import { DEFAULT_PROMPT } from '@/lib/store/request-slice';
import { readTrace } from '@/lib/trace/file';
import type { Trace } from '@/lib/trace/trace';
import { generate } from '@/scripts/generate-command';
import { MODELS } from '@/scripts/models';
import { serveSite, waitForEngine } from './harness';
import {
  canvasOf,
  closeHeads,
  comparePainted,
  geometryOf,
  MAPS,
  type MapName,
  openHeads,
  pictureOf,
  radio,
  rampOf,
  recordedOf,
  region,
  type ShownMap,
} from './painted-maps';
import { eventually } from './reader';

/**
 * What the page paints is what the model computed. The numbers come from the same run by the engine in Node, whose WASM gives
 * those of Chromium to 1e-4: prompt, seed and sampling are the page's own.
 */
const site = serveSite();
const TOKENS = 24;
/** The last token, and one in the middle of a block. */
const CURSORS = [43, 30];
let folder = '';
let trace: Trace;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'blockscope-pixels-'));
  const file = path.join(folder, 'run.trace');
  const sampling = '--seed 42 --temperature 0.8 --top-k 40 --top-p 0.95 --ignore-eot';
  await generate(
    [
      ...['--model', 'nano-b4', '--prompt', DEFAULT_PROMPT, '--tokens', String(TOKENS)],
      ...sampling.split(' '),
      ...['--trace', file, '--json'],
    ],
    { models: MODELS, progress: () => {} },
  );
  trace = readTrace(await readFile(file));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function openRun(): Promise<Page> {
  const page = await site.visit('?model=nano-b4&backend=wasm', {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    // Chromium's advice to whoever reads a canvas more than once.
    expected: [/willReadFrequently/],
  });
  await waitForEngine(page, /Ready/);
  await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
  const length = page.getByLabel('Length');
  if (!(await length.isVisible())) await page.locator('summary', { hasText: 'Sampling' }).click();
  await length.fill(String(TOKENS));
  await page.getByRole('checkbox', { name: /past the end/ }).check();
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await eventually(() =>
    page.getByRole('region', { name: 'Generated text' }).textContent(),
  ).toContain(`${TOKENS} tokens written`);
  return page;
}

const compare = (page: Page, map: MapName, shown: ShownMap) =>
  comparePainted(page, trace, map, shown);

describe('the painted maps', () => {
  test('say the recorded weights, for every head, in both maps, at two cursors', async () => {
    const page = await openRun();
    let cells = 0;
    for (const cursor of CURSORS) {
      await page.locator(`[data-token="${cursor}"]`).click();
      for (const map of MAPS) {
        await openHeads(page, map);
        for (const [layer, head] of PAIRS) {
          await radio(page, layer, head).click();
          const shown = { cursor, layer, head };
          await eventually(async () => (await compare(page, map, shown)).wrong).toEqual([]);
          cells += (await compare(page, map, shown)).cells;
        }
        await closeHeads(page);
      }
    }
    // 55 and 28 cells of the global map, 15 and 10 of the local one, for each of six heads.
    expect(cells).toBe(6 * (55 + 28 + 15 + 10));

    const last = { cursor: CURSORS[1] ?? 0, layer: 1, head: 2 };
    // A comparison that cannot fail proves nothing: another head's numbers do not fit,
    expect((await compare(page, 'global', { ...last, head: 1 })).wrong.length).toBeGreaterThan(10);
    // and two cells that change places are both found, and nothing else.
    for (const map of MAPS) {
      const canvas = canvasOf(page, map);
      const geometry = await geometryOf(canvas, trace, map, last);
      const pair = unlikeCells(geometry, recordedOf(trace, map, last));
      await swapCells(canvas, geometry, pair);
      const { wrong } = await compare(page, map, last);
      expect(wrong.map(({ row, column }) => [row, column])).toEqual(pair);
    }
  });

  test('follow the stated scale, in light and in dark, and the legend shows its colours', async () => {
    const page = await openRun();
    const shown = { cursor: CURSORS[0] ?? 0, layer: 0, head: 0 };
    for (const scale of ['linear', 'log'] as const) {
      await page.getByRole('button', { name: /^View of global attention/ }).click();
      await page.getByRole('radio', { name: scale }).check();
      await closeHeads(page);
      await page.getByRole('button', { name: 'Light or dark' }).click();
      for (const map of MAPS) {
        await eventually(async () => (await compare(page, map, { ...shown, scale })).wrong).toEqual(
          [],
        );
        expect(await region(page, map).textContent()).toContain(`${scale} scale`);
        const legend = await pictureOf(region(page, map).locator('canvas[data-ramp]'));
        const { rgb } = await rampOf(page, map);
        for (let x = 0; x < legend.width; x++) {
          const place = Math.round((255 * x) / (legend.width - 1)) * 3;
          expect([...Array(3).keys()].map((part) => legend.data[x * 4 + part])).toEqual([
            ...rgb.slice(place, place + 3),
          ]);
        }
      }
    }
  });
});

/** The layers and heads of the model, six pairs. */
const PAIRS = [0, 1].flatMap((layer) => [0, 1, 2].map((head) => [layer, head] as const));

type Cell = [row: number, column: number];

/** The first two cells, in reading order, whose weights differ enough to have clearly different colours. */
function unlikeCells(
  { written }: MapGeometry,
  recorded: (row: number, column: number) => number,
): [Cell, Cell] {
  const cells = Array.from({ length: written }, (_, row) =>
    Array.from({ length: row + 1 }, (_, column): Cell => [row, column]),
  ).flat();
  for (const a of cells) {
    for (const b of cells) {
      if (Math.abs(recorded(...a) - recorded(...b)) > 0.2) return [a, b];
    }
  }
  throw new Error('all weights are alike');
}

/** Exchanges what is painted in two cells. */
function swapCells(
  canvas: Locator,
  { square, cell, first }: MapGeometry,
  pair: [Cell, Cell],
): Promise<void> {
  const places = pair.map(([row, column]) => ({
    x: square.x + (column - first) * cell,
    y: square.y + (row - first) * cell,
  }));
  return canvas.evaluate(
    (element, { places, side }) => {
      const ctx = (element as HTMLCanvasElement).getContext('2d');
      const [a, b] = places;
      if (!ctx || !a || !b) throw new Error('there is nothing to swap');
      const [first, second] = [a, b].map(({ x, y }) => ctx.getImageData(x, y, side, side));
      if (!first || !second) throw new Error('there is nothing to swap');
      ctx.putImageData(second, a.x, a.y);
      ctx.putImageData(first, b.x, b.y);
    },
    { places, side: Math.floor(cell) - 1 },
  );
}
