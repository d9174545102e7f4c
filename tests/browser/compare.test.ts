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
import { DEFAULT_PROMPT } from '@/lib/store/request-slice';
import { readTrace } from '@/lib/trace/file';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';
import { type GenerateReport, generate } from '@/scripts/generate-command';
import { MODELS } from '@/scripts/models';
import { serveSite, type VisitOptions } from './harness';
import { compareCells } from './map-pixels';
import { eventually, violations } from './reader';

const site = serveSite();
const PAIR = 'compare?upper=nano-b4&lower=nano-flat&backend=wasm';
const LANES = ['upper', 'lower'] as const;
type LaneId = (typeof LANES)[number];
const MODEL: Record<LaneId, string> = { upper: 'nano-b4', lower: 'nano-flat' };
const TOKENS = 24;
/** The prompt has 17 tokens, which take 3 pads. */
const FIRST = 17;
const PADS = 3;
const LAST = FIRST + TOKENS - 1;

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const text = (page: Page, lane: LaneId) => page.getByRole('region', { name: `Text, ${lane} lane` });
const figures = (page: Page, lane: LaneId) =>
  page.getByRole('region', { name: `Figures, ${lane} lane` });
const engine = (page: Page, lane: LaneId) =>
  page.getByRole('status', { name: `Engine, ${lane} lane` });
const timeline = (page: Page) => page.getByRole('slider', { name: 'Timeline' });
const cursor = async (page: Page) => Number(await timeline(page).inputValue());
const modelOf = (page: Page, lane: LaneId) =>
  page.getByRole('combobox', { name: `Model of the ${lane} lane` });
/** What is said in haste, the framework's own announcer left out. */
const alerts = (page: Page) => page.locator('[role="alert"]:not(#__next-route-announcer__)');
const words = (page: Page) => page.getByRole('region', { name: 'What differs' });

/** The page with both models there; nothing is written by itself for a reader who wants no motion. */
async function openReady(options: VisitOptions = {}, address = PAIR) {
  const page = await site.visit(address, { reducedMotion: 'reduce', ...options });
  for (const lane of LANES) await eventually(() => engine(page, lane).textContent()).toBe('Ready');
  return page;
}

/** Lets both lanes write `tokens` tokens as fast as it goes. */
async function write(page: Page, tokens = TOKENS, pastEnd = true) {
  await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
  const length = page.getByLabel('Length');
  if (!(await length.isVisible())) await page.locator('summary', { hasText: 'Sampling' }).click();
  await length.fill(String(tokens));
  await page.getByRole('checkbox', { name: /past the end/ }).setChecked(pastEnd);
  await button(page, 'Generate').click();
  for (const lane of LANES) {
    await eventually(() => text(page, lane).textContent()).toMatch(/written\./);
    await eventually(() => engine(page, lane).textContent()).toBe('Ready');
  }
}

async function reportOf(model: string, more: string[], seed = 42): Promise<GenerateReport> {
  const sampling = '--temperature 0.8 --top-k 40 --top-p 0.95 --json'.split(' ');
  const asked = ['--model', model, '--prompt', DEFAULT_PROMPT, '--seed', String(seed)];
  return generate([...asked, ...sampling, ...more], { models: MODELS, progress: () => {} });
}

/** The text tokens that a lane shows, as they read. */
const tokensOf = (page: Page, lane: LaneId) =>
  text(page, lane).locator('[data-token]:not([data-kind="pad"])').allTextContents();

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

const row = (page: Page, lane: LaneId, name: string) =>
  figures(page, lane)
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name }) });
const numberOf = (page: Page, lane: LaneId, name: string) =>
  row(page, lane, name).getByRole('cell').nth(1).textContent();

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
    const page = await openReady({ reducedMotion: 'no-preference' });
    for (const lane of LANES) {
      await eventually(() =>
        text(page, lane).locator('[data-kind="written"]').count(),
      ).toBeGreaterThan(4);
    }
  });

  test('write what the models write alone, step and scrub together, and count what they cost', async () => {
    const page = await openReady();
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
    const page = await openReady({
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
    const page = await openReady();
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

describe('one text in both lanes', () => {
  test('is the writer’s, token by token, with surprise by slot; then each writes its own again', async () => {
    const page = await openReady();
    await write(page);
    const own = await tokensOf(page, 'lower');
    await page.getByRole('radio', { name: 'nano-b4’s in both' }).check();
    const given = () => tokensOf(page, 'lower');
    await eventually(given).toEqual(await tokensOf(page, 'upper'));
    await eventually(() => engine(page, 'lower').textContent()).toBe('Ready');
    await eventually(() => words(page).textContent()).toContain('On the same 24 tokens');
    expect(await page.getByRole('radio', { name: 'nano-flat’s in both' }).isDisabled()).toBe(true);

    const table = page.getByRole('table', { name: /^Mean surprise by slot/ });
    for (const [i, lane] of LANES.entries()) {
      const cells = table.locator(`tbody td:nth-of-type(${i + 1})`);
      const means = (await cells.allTextContents()).map(Number);
      expect(means).toHaveLength(4);
      // Every slot has six tokens, so the mean of means is the mean a token.
      const mean = means.reduce((sum, bits) => sum + bits, 0) / 4;
      const total = await row(page, lane, 'surprise').getByRole('cell').nth(2).textContent();
      expect(mean).toBeCloseTo(Number.parseFloat(total ?? ''), 1);
    }
    await page.getByRole('main').click({ position: { x: 4, y: 4 } });
    await page.keyboard.press('o');
    await eventually(given).toEqual(own);
    expect(await table.count()).toBe(0);
    await page.keyboard.press('s');
    await eventually(given).toEqual(await tokensOf(page, 'upper'));
  });
});

describe('models', () => {
  test('of a lane can be changed; the other lane stays, and the address follows', async () => {
    const page = await openReady();
    await write(page);
    const upper = await tokensOf(page, 'upper');
    await modelOf(page, 'lower').selectOption('nano-b4');
    await eventually(() => engine(page, 'lower').textContent()).toBe('Ready');
    // The same model, prompt and seed give the same text.
    await eventually(() => tokensOf(page, 'lower')).toEqual(upper);
    expect(await tokensOf(page, 'upper')).toEqual(upper);
    expect(new URL(page.url()).searchParams.get('lower')).toBe('nano-b4');
    expect(await page.getByRole('region', { name: 'Local attention, lower lane' }).count()).toBe(1);
  });

  test('of different tokens are not compared: a sentence says so, and names a pair that can be', async () => {
    const page = await openReady();
    await modelOf(page, 'lower').selectOption('tiny-b4');
    const alert = page.getByRole('alert').filter({ hasText: 'cannot be compared with nano-b4' });
    await alert.waitFor();
    await alert.getByRole('button', { name: 'Compare tiny-b4 with tiny-flat-match' }).waitFor();
    expect(await modelOf(page, 'lower').inputValue()).toBe('nano-flat');
    expect(await engine(page, 'lower').textContent()).toBe('Ready');
    await modelOf(page, 'lower').selectOption('nano-b4');
    await eventually(() => alert.count()).toBe(0);
  });

  test('that the address cannot have are named, and defaults are used', async () => {
    const bad = await openReady({}, 'compare?upper=..%2Fsecret&lower=nano-flat&backend=wasm');
    expect(await alerts(bad).textContent()).toContain('“../secret”');
    expect(await modelOf(bad, 'upper').inputValue()).toBe('nano-b4');
    await button(bad, 'Dismiss').click();
    await eventually(() => alerts(bad).count()).toBe(0);

    const mixed = await openReady({}, 'compare?upper=nano-b4&lower=tiny-b4&backend=wasm');
    expect(await alerts(mixed).textContent()).toContain('tiny-b4 cannot be compared with nano-b4');
    expect(await modelOf(mixed, 'lower').inputValue()).toBe('nano-flat');
  });

  test('that cannot be loaded leave the other lane usable', async () => {
    const page = await site.visit('compare?upper=nano-b4&lower=nano-nothing&backend=wasm', {
      reducedMotion: 'reduce',
      expected: [/nano-nothing/],
    });
    await eventually(() => engine(page, 'lower').textContent()).toBe('Stopped by a problem');
    const lower = page.getByRole('region', { name: /^Lower lane/ });
    expect(await lower.getByRole('alert').textContent()).toContain('nano-nothing');
    await eventually(() => engine(page, 'upper').textContent()).toBe('Ready');
    await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
    await button(page, 'Generate').click();
    await eventually(() => text(page, 'upper').textContent()).toMatch(/written/);
    await eventually(() => cursor(page)).toBeGreaterThan(FIRST);
    // Another model brings the lane back, and it writes what was asked for.
    await modelOf(page, 'lower').selectOption('nano-flat');
    await eventually(() => text(page, 'lower').textContent()).toMatch(/written/);
    expect(await lower.getByRole('alert').count()).toBe(0);
  });

  test('say at the prompt what is wrong with it', async () => {
    const page = await openReady();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('');
    await page.keyboard.press('Control+Enter');
    await eventually(() => alerts(page).textContent()).toContain('The prompt is empty');
  });
});

describe('the page', () => {
  test.each(['light', 'dark'] as const)(
    'has nothing that axe finds wrong, %s',
    async (colorScheme) => {
      const page = await openReady({ colorScheme, viewport: { width: 1440, height: 900 } });
      expect(await violations(page)).toEqual([]);
      await write(page);
      await page.getByRole('radio', { name: 'nano-b4’s in both' }).check();
      await page.getByRole('table', { name: /^Mean surprise by slot/ }).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(900);
      await page.getByRole('button', { name: 'Show the token axis as a table' }).click();
      await page
        .getByRole('button', { name: 'Show local attention, upper lane, as a table' })
        .click();
      expect(await violations(page)).toEqual([]);
    },
  );

  test('fits a phone without scrolling sideways, its player within reach', async () => {
    const page = await openReady({ viewport: { width: 360, height: 800 }, hasTouch: true });
    await write(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const player = await button(page, 'Back one token').boundingBox();
    expect((player?.y ?? 0) + (player?.height ?? 0)).toBeLessThanOrEqual(800);
    await button(page, 'Back one token').tap();
    await eventually(() => cursor(page)).toBe(LAST - 1);
    expect(await violations(page)).toEqual([]);
  });

  test('has help, and its keys are those of the first page', async () => {
    const page = await openReady();
    await write(page);
    await page.getByRole('main').click({ position: { x: 4, y: 4 } });
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Help' });
    await help.waitFor();
    expect(await help.textContent()).toContain('Same text');
    await page.keyboard.press('Escape');
    await eventually(() => help.isVisible()).toBe(false);
    await page.keyboard.press('Shift+ArrowLeft');
    await eventually(() => cursor(page)).toBe(LAST - 4);
    await page.keyboard.press('l');
    await eventually(() =>
      button(page, 'Show the tokens around the cursor').getAttribute('aria-pressed'),
    ).toBe('true');
    await page.keyboard.press('t');
    await eventually(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe(
      'dark',
    );
  });
});
