import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANE_MAP } from '@/components/compare/map-panel';
import { countText } from '@/components/compare/numbers';
import { globalMapData } from '@/lib/draw/attention-data';
import { layoutMap } from '@/lib/draw/attention-map';
import { makeRamp } from '@/lib/draw/theme';
import { bytesPerGlobalPosition, formatBytes, localBytes } from '@/lib/model/cost';
import type { Manifest } from '@/lib/model/manifest';
import { parseManifest } from '@/lib/model/parse-manifest';
import { tokenWork } from '@/lib/model/work';
import { readTrace } from '@/lib/trace/file';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';
import type { GenerateReport } from '@/scripts/generate-command';
import { MODELS } from '@/scripts/models';
import {
  button,
  cursor,
  FIRST,
  figures,
  LANES,
  LAST,
  type LaneId,
  MODEL,
  numberOf,
  openReady,
  PADS,
  reportOf,
  TOKENS,
  text,
  timeline,
  tokensOf,
  write,
} from './compare-reader';
import { serveSite } from './harness';
import { compareCells } from './map-pixels';
import { eventually } from './reader';

const site = serveSite();

let folder = '';
let trace: Trace;
const reports = {} as Record<LaneId, GenerateReport>;
const manifests = {} as Record<LaneId, Manifest>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'blockscope-compare-'));
  const file = path.join(folder, 'run.trace');
  const more = ['--tokens', String(TOKENS), '--ignore-eot'];
  reports.upper = await reportOf(MODEL.upper, [...more, '--trace', file]);
  reports.lower = await reportOf(MODEL.lower, more);
  trace = readTrace(await readFile(file));
  for (const lane of LANES) {
    const manifest = await readFile(path.join(MODELS, MODEL[lane], 'manifest.json'), 'utf8');
    manifests[lane] = parseManifest(manifest);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a lane's figures must say at a written text token, from the models' shapes alone. */
function expected(lane: LaneId, token: number) {
  const { architecture, dims } = manifests[lane];
  const pads = architecture === 'block' ? PADS : 0;
  const held = Math.floor((token + pads) / dims.blockLength);
  const work = tokenWork({ architecture, dims }, token + pads).total;
  const slot = (token + pads) % dims.blockLength;
  return {
    cache: formatBytes(held * bytesPerGlobalPosition(dims)),
    local: architecture === 'block' ? formatBytes(localBytes(slot, dims)) : '–',
    keys: countText(work.keysRead),
    adds: countText(work.multiplyAdds),
  };
}

async function expectFigures(page: Page, token: number) {
  for (const lane of LANES) {
    const { cache, local, keys, adds } = expected(lane, token);
    await eventually(() => figures(page, lane).textContent()).toContain(`token ${token}`);
    expect(await numberOf(page, lane, 'KV cache held')).toBe(cache);
    expect(await numberOf(page, lane, 'local cache')).toBe(local);
    expect(await numberOf(page, lane, 'keys read')).toBe(keys);
    expect(await numberOf(page, lane, 'multiply-adds')).toBe(adds);
    expect(await numberOf(page, lane, 'time')).toMatch(/^[\d.]+ ms$/);
    expect(await numberOf(page, lane, 'surprise')).toMatch(/^[\d.]+ bits$/);
  }
}

describe('two lanes', () => {
  test('write by themselves once both models are there', async () => {
    const page = await openReady(site, { reducedMotion: 'no-preference' });
    for (const lane of LANES) {
      await eventually(() =>
        text(page, lane).locator('[data-kind="written"]').count(),
      ).toBeGreaterThan(4);
    }
  });

  test('write what the models write alone, step and scrub together, and count what they cost', async () => {
    const page = await openReady(site);
    await write(page);
    await eventually(() => cursor(page)).toBe(LAST);
    for (const lane of LANES) {
      const { promptTokens, generatedTokens } = reports[lane];
      expect(promptTokens).toHaveLength(FIRST);
      const shown = await tokensOf(page, lane);
      expect(shown).toHaveLength(FIRST + generatedTokens.length);
    }
    // The same prompt, read by one tokenizer; and each model's own text.
    const [upper, lower] = [await tokensOf(page, 'upper'), await tokensOf(page, 'lower')];
    expect(upper.slice(0, FIRST)).toEqual(lower.slice(0, FIRST));
    for (const [lane, shown] of [
      ['upper', upper],
      ['lower', lower],
    ] as const) {
      const written = shown.slice(FIRST).join('').replaceAll('·', ' ').replaceAll('↵', '\n');
      expect(written).toBe(reports[lane].text);
    }
    await expectFigures(page, LAST);
    const { kv } = reports.lower;
    expect(await numberOf(page, 'lower', 'KV cache held')).toBe(formatBytes(kv.flatBytes));

    // A block back: the same slot, one position less in the block lane, four in the flat one.
    await button(page, 'Back one block').click();
    await eventually(() => cursor(page)).toBe(LAST - 4);
    await expectFigures(page, LAST - 4);
    await page.keyboard.press('ArrowLeft');
    await eventually(() => cursor(page)).toBe(LAST - 5);
    await expectFigures(page, LAST - 5);
    for (const lane of LANES) {
      const now = text(page, lane).locator('[data-now]');
      await eventually(() => now.getAttribute('data-token')).toBe(String(LAST - 5));
    }
    await text(page, 'lower').locator('[data-token="20"]').click();
    await eventually(() => cursor(page)).toBe(20);
    await eventually(() =>
      text(page, 'upper').locator('[data-now]').getAttribute('data-token'),
    ).toBe('20');
    await timeline(page).focus();
    await page.keyboard.press('Home');
    await eventually(() => cursor(page)).toBe(0);
    await eventually(() => numberOf(page, 'upper', 'keys read')).toBe('–');
    await page.keyboard.press('PageUp');
    await eventually(() => timeline(page).getAttribute('aria-valuetext')).toBe(
      `token 4 of ${LAST}`,
    );
    await page.keyboard.press('End');
    await eventually(() => cursor(page)).toBe(LAST);
    // From the end, Play begins anew.
    await page.getByRole('combobox', { name: 'Pace' }).selectOption('4');
    await button(page, 'Play').click();
    await eventually(() => cursor(page)).toBeGreaterThan(FIRST);
    await button(page, 'Pause').click();
    expect(await cursor(page)).toBeLessThan(LAST);
  });

  test('show where each looked: the block lane’s cells are the model’s, the flat lane’s row sums to one', async () => {
    const page = await openReady(site, {
      viewport: { width: 1440, height: 900 },
      colorScheme: 'light',
      // Chromium's advice to whoever reads a canvas more than once.
      expected: [/willReadFrequently/],
    });
    await write(page);
    await page
      .getByRole('combobox', { name: 'Head of global attention, upper lane' })
      .selectOption('1 2');
    const panel = page.getByRole('region', { name: 'Global attention, upper lane' });
    const canvas = panel.getByRole('application').locator('canvas');
    const size = await canvas.evaluate((element) => {
      const { width, height } = (element.parentElement ?? element).getBoundingClientRect();
      return { width, height };
    });
    const choice = { layer: 1, head: 2 };
    const view = { ...DEFAULT_MAP_VIEW, whole: true };
    const geometry = layoutMap(globalMapData(trace, LAST + PADS, choice, view), size, LANE_MAP);
    const recorded = (query: number, key: number) =>
      trace.globalRow(query, 1, 2)[key] ?? Number.NaN;
    await eventually(async () => {
      const { width, height, pixels } = await canvas.evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const image = (element as HTMLCanvasElement)
          .getContext('2d')
          ?.getImageData(0, 0, width, height);
        return { width, height, pixels: [...(image?.data ?? [])] };
      });
      const picture = { width, height, data: Buffer.from(pixels) };
      return compareCells(picture, geometry, await rampOf(page), recorded);
    }).toEqual(expect.objectContaining({ wrong: [] }));

    await page.getByRole('button', { name: 'Show attention, lower lane, as a table' }).click();
    const table = page.getByRole('region', { name: /^Attention of token 39/ });
    const weights = await table.getByRole('cell').allTextContents();
    expect(weights).toHaveLength(LAST);
    expect(weights.reduce((sum, weight) => sum + Number(weight), 0)).toBeCloseTo(1, 2);
    await page.getByRole('button', { name: 'Show the token axis as a table' }).click();
    const axis = page.getByRole('region', { name: 'The token axis as a table' });
    const last = axis.locator('[aria-current]');
    const { cache, keys } = expected('lower', LAST);
    expect(await last.textContent()).toContain(cache);
    expect(await last.textContent()).toContain(keys);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button(page, 'Copy as CSV').click();
    await eventually(() => page.getByText(`Copied ${2 * (LAST + 1)} rows`).count()).toBe(1);
    const csv = await page.evaluate(() => navigator.clipboard.readText());
    const lines = csv.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 2 * (LAST + 1));
    const held = LAST * bytesPerGlobalPosition(manifests.lower.dims);
    expect(lines.at(-1)).toContain(`,${LAST},${held},0,`);
  });

  test('end apart: the cursor goes on in the longer text, the other lane stays at its end', async () => {
    // The first seed with which one model ends its text and the other goes on.
    let seed = 0;
    let lengths = [0, 0];
    const limit = 40;
    for (; lengths[0] === lengths[1] && seed < 40; seed++) {
      const more = ['--tokens', String(limit)];
      const both = await Promise.all(LANES.map((lane) => reportOf(MODEL[lane], more, seed + 1)));
      lengths = both.map(({ generatedTokens }) => generatedTokens.length);
    }
    const [longer, shorter] = (lengths[0] ?? 0) > (lengths[1] ?? 0) ? LANES : [LANES[1], LANES[0]];
    const short = Math.min(...lengths);
    expect(short).toBeLessThan(limit);
    const page = await openReady(site);
    await page.locator('summary', { hasText: 'Sampling' }).click();
    await page.getByLabel('Seed').fill(String(seed));
    await write(page, limit, false);
    await eventually(() => cursor(page)).toBe(FIRST + Math.max(...lengths) - 1);
    expect(await text(page, shorter).textContent()).toContain('The model ended its text');
    expect(await text(page, shorter).textContent()).toContain('in the other lane’s text');
    expect(await text(page, longer).locator('[data-now]').count()).toBe(1);
    expect(await text(page, shorter).locator('[data-now]').count()).toBe(0);
    expect(await figures(page, shorter).textContent()).toContain(`token ${FIRST + short - 1}`);
  });
});

/** The ramp of the global maps, as the page's stylesheet states it. */
async function rampOf(page: Page) {
  const stops = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('span'));
    const colours = [0, 1, 2].map((stop) => {
      probe.style.color = `var(--global-${stop})`;
      const parts = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
      return `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
    });
    probe.remove();
    return colours;
  });
  return makeRamp(stops, ['#000000', '#ffffff']);
}
