import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newBookmark } from '@/lib/share/bookmarks';
import { packRun, unpackRun } from '@/lib/share/run-file';
import { readView } from '@/lib/share/view';
import { createAppStore } from '@/lib/store/store';
import { generate } from '@/scripts/generate-command';
import { MODELS } from '@/scripts/models';
import { serveSite, type VisitOptions, waitForEngine } from './harness';
import { closeHeads, comparePainted, MAPS, openHeads, radio } from './painted-maps';
import { eventually, openWith, violations } from './reader';

/** Runs as files, through the served page: what is drawn from one is what it holds, and what is no run changes nothing. */
const site = serveSite();
const PYTORCH = path.resolve(import.meta.dirname, '../fixtures/nano-b4-pytorch.bscope');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'blockscope-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const text = (page: Page) =>
  page.getByRole('region', { name: 'Generated text', exact: true }).textContent();
const alerts = (page: Page) => page.getByRole('alert').locator('p').allTextContents();
const openReady = async (options?: VisitOptions) => {
  const page = await site.visit('?model=nano-b4&backend=wasm', options);
  await waitForEngine(page, /Ready/);
  return page;
};

type Chosen = string | { name: string; mimeType: string; buffer: Buffer };

/** Chooses a file after a key or a click has asked for one. */
async function pick(page: Page, file: Chosen, ask = () => page.keyboard.press('o')) {
  const chooser = page.waitForEvent('filechooser');
  // The driver must have told the browser that it answers, before the browser asks.
  await page.evaluate(() => document.title);
  await ask();
  await (await chooser).setFiles(file);
}

/** Holds files over the page and, unless they are taken away again, drops them. */
async function drag(page: Page, files: readonly Buffer[], events: readonly string[]) {
  const contents = files.map((file) => file.toString('base64'));
  const dataTransfer = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const [i, one] of list.entries()) {
      const bytes = Uint8Array.from(atob(one), (sign) => sign.charCodeAt(0));
      transfer.items.add(new File([bytes], `run-${i}.bscope`));
    }
    return transfer;
  }, contents);
  // A field, which would take a file for text; also behind an open dialog.
  for (const event of events) {
    await page.locator('textarea').first().dispatchEvent(event, { dataTransfer });
  }
}

describe('opening', () => {
  test('a run that PyTorch wrote draws its numbers, for every head of both maps', async () => {
    const { trace } = await unpackRun(new Uint8Array(await readFile(PYTORCH)));
    const page = await openReady({
      viewport: { width: 1440, height: 900 },
      colorScheme: 'light',
      // Chromium's advice to whoever reads a canvas more than once.
      expected: [/willReadFrequently/],
    });
    await pick(page, PYTORCH);
    await eventually(() => text(page)).toContain('Recorded run of nano-b4: measured with pytorch');
    expect(await text(page)).toContain(`${trace.generated.length} tokens written`);
    const cursor = trace.textLength - 1;
    let cells = 0;
    for (const map of MAPS) {
      await openHeads(page, map);
      for (const layer of [0, 1]) {
        for (const head of [0, 1, 2]) {
          await radio(page, layer, head).click();
          const shown = { cursor, layer, head };
          const compare = () => comparePainted(page, trace, map, shown);
          await eventually(async () => (await compare()).wrong).toEqual([]);
          cells += (await compare()).cells;
        }
      }
      await closeHeads(page);
    }
    const rows = trace.blocks - 1;
    expect(cells).toBe(6 * ((rows * (rows + 1)) / 2 + 15));
    expect(await violations(page)).toEqual([]);
  });

  test('a run of another model takes the place of the one on the screen', async () => {
    // The recorded run, of a larger vocabulary; its model never comes.
    const page = await site.visit('?backend=wasm', {
      before: (one) => one.route('**/weights.bin', () => {}),
    });
    await eventually(() => text(page)).toContain('Recorded run of tiny-b4');
    await page.keyboard.press('1');
    await page.getByRole('dialog', { name: /^Block/ }).waitFor();
    await drag(page, [await readFile(PYTORCH)], ['dragenter', 'drop']);
    await eventually(() => text(page)).toContain('Recorded run of nano-b4: measured with pytorch');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await text(page)).toContain('24 tokens written');
  });

  test('an exact file of the command line works while the model is still loading', async () => {
    const file = path.join(folder, 'run.trace');
    const ask = ['--model', 'nano-b4', '--prompt', 'A cat', '--tokens', '9', '--ignore-eot'];
    const report = await generate([...ask, '--trace', file, '--json'], {
      models: MODELS,
      progress: () => {},
    });
    const page = await site.visit('?model=nano-b4&backend=wasm', {
      before: (one) => one.route('**/weights.bin', () => {}),
    });
    await page.getByRole('button', { name: 'Share' }).click();
    await pick(page, file, () =>
      page.getByRole('menuitem', { name: 'Open a run from a file' }).click(),
    );
    await eventually(() => text(page)).toContain('9 tokens written');
    expect(await text(page)).toContain(`A cat${report.text}`);
    expect(await text(page)).toContain('measured with wasm');
  });
});

describe('saving', () => {
  test('keeps the run and its bookmarks; dropped on another page it is the same', async () => {
    const page = await openWith(site, 24);
    const shown = await text(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('s')]);
    expect(download.suggestedFilename()).toMatch(
      /^blockscope-nano-b4-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.bscope$/,
    );
    const saved = path.join(folder, 'saved.bscope');
    await download.saveAs(saved);
    const { trace } = await unpackRun(new Uint8Array(await readFile(saved)));
    expect(shown).toContain(trace.header.prompt);
    const view = { ...readView(createAppStore().getState()), cursor: 22 };
    const bookmarks = [newBookmark(trace, view, 'the second block')];
    const file = Buffer.from(await packRun({ trace, bookmarks }));

    const other = await openReady();
    const invitation = other.getByText('Drop a run’s file to open it');
    await drag(other, [file], ['dragenter', 'dragover']);
    await invitation.waitFor();
    await drag(other, [file], ['drop']);
    await eventually(() => text(other)).toContain('24 tokens written');
    expect(await invitation.count()).toBe(0);
    expect(await text(other)).toContain('Recorded run of nano-b4: measured with wasm');
    const blocks = (one: Page) =>
      one
        .getByRole('group', { name: 'Text in its blocks' })
        .locator('[data-token]')
        .allTextContents();
    expect(await blocks(other)).toEqual(await blocks(page));
    const kept = await other.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(kept).toContain('the second block');
  });
});

describe('what cannot be opened', () => {
  test('is told in one sentence, and the run on the screen stays', async () => {
    const whole = await readFile(PYTORCH);
    const page = await openWith(site, 9);
    const before = await text(page);
    const bad: [string, Buffer, RegExp][] = [
      ['cat.png', Buffer.from([0x89, 0x50, 0x4e, 0x47]), /is not a Blockscope trace/],
      ['half.bscope', whole.subarray(0, whole.length / 2), /cannot be unpacked/],
    ];
    for (const [name, buffer, sentence] of bad) {
      await pick(page, { name, mimeType: 'application/octet-stream', buffer });
      await eventually(() => alerts(page)).toEqual([expect.stringMatching(sentence)]);
      expect(await text(page)).toBe(before);
    }
    await drag(page, [whole, whole], ['dragenter', 'drop']);
    await eventually(() => alerts(page)).toEqual([
      'Several files were dropped, and one is opened at a time.',
    ]);
    expect(await violations(page)).toEqual([]);
    // A file that can be opened takes the sentence away, and the run that was there is one menu away.
    await drag(page, [whole], ['dragenter', 'drop']);
    await eventually(() => text(page)).toContain('measured with pytorch');
    expect(await alerts(page)).toEqual([]);
    await page.keyboard.press('r');
    await page.getByRole('menuitemradio', { name: /^1 · / }).click();
    await eventually(() => text(page)).toContain('9 tokens written');
  });
});
