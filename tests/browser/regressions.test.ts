import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { keepNothing, serveSite, waitForEngine, watch } from './harness';

/** What other pages of this kind got wrong, tried on ours. `tests/README.md` lists the rest of them. */
const site = serveSite();
const NANO = '?model=nano-b4&backend=wasm';
const CONTEXT = 256;

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const timeline = (page: Page) => page.getByRole('slider', { name: 'Timeline' });
const text = (page: Page) => region(page, 'Generated text');
const tokens = (page: Page) => text(page).locator('[data-token]').allTextContents();

/** Waits for what is read; the machine may be busy. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 60_000 });

async function openReady(options: Parameters<typeof site.visit>[1] = {}) {
  const page = await site.visit(NANO, { viewport: { width: 1440, height: 900 }, ...options });
  await waitForEngine(page, /Ready/);
  await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
  await page.getByRole('checkbox', { name: /past the end/ }).check();
  return page;
}

async function ask(page: Page, prompt: string, length: number, seed = 42) {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await page.getByLabel('Length').fill(String(length));
  await page.getByLabel('Seed').fill(String(seed));
  await button(page, 'Generate').click();
}

async function write(page: Page, prompt: string, length: number, seed = 42) {
  await ask(page, prompt, length, seed);
  await eventually(() => text(page).textContent()).toMatch(
    new RegExp(`(?<!\\d)${length} tokens written`),
  );
}

test('the probabilities on the screen sum to one over the vocabulary, whatever the cut', async () => {
  const page = await openReady();
  await page.getByLabel('Top-k').fill('2');
  await write(page, 'One day', 8);
  // Read in one go: the rows change with the frame after the click.
  const read = () =>
    region(page, 'Next token')
      .locator('ol')
      .evaluate((list) => [...list.querySelectorAll('li')].map((row) => row.textContent ?? ''));
  let rows: string[] = [];
  for (const step of ['', 'Back one token', 'Back one token', 'Back one block']) {
    const before = rows;
    if (step) await button(page, step).click();
    await eventually(read).not.toEqual(before);
    rows = await read();
    const shares = rows.flatMap((row) => /(<?)([\d.]+) %(?:, [a-z ]+)*$/.exec(row) ?? []);
    const values: number[] = [];
    for (let i = 0; i < shares.length; i += 3)
      values.push(shares[i + 1] ? 0.05 : Number(shares[i + 2]));
    expect(values.length).toBeGreaterThanOrEqual(7);
    const sum = values.reduce((total, value) => total + value, 0);
    // Each is rounded to a tenth of a per cent.
    expect(Math.abs(sum - 100)).toBeLessThanOrEqual(0.05 * values.length + 1e-6);
  }
  // A cut to two of 512 leaves far less than everything: the bars are those before it.
  expect(await region(page, 'Next token').textContent()).toMatch(/2 kept/);
  expect(await region(page, 'Next token').locator('[data-dropped]').count()).toBeGreaterThan(0);
});

test('a prompt as long as the message says works, one token more is refused with that number', async () => {
  const tokenizer = loadTokenizer(
    JSON.parse(readFileSync('public/models/nano-b4/tokenizer.json', 'utf8')),
    { padId: 0, endId: 1 },
  );
  const counts = (prompt: string) => tokenizer.encode(prompt).length;
  let longest = 'A';
  while (counts(`${longest} q`) <= CONTEXT) longest += ' q';
  while (counts(`${longest}!`) <= CONTEXT) longest += '!';
  expect(counts(longest)).toBe(CONTEXT);

  const page = await openReady();
  await ask(page, `${longest}!`, 8);
  const problem = page.locator('#prompt-problem');
  await eventually(() => problem.textContent()).toBe(
    `The prompt has ${CONTEXT + 1} tokens and this model holds at most ${CONTEXT}: shorten it by 1 token.`,
  );
  await ask(page, longest, 8);
  await eventually(() => text(page).textContent()).toMatch(
    `The context is full: this model holds ${CONTEXT} tokens`,
  );
  expect(await problem.count()).toBe(0);
  expect(await tokens(page)).toHaveLength(CONTEXT);
});

test('newlines, spaces, split characters and markup are shown as what they are, everywhere', async () => {
  const page = await openReady();
  const prompt = '<script>alert(1)</script>\n  <img src=x onerror=alert(1)> 🦊';
  await write(page, prompt, 8);
  const shown = (await tokens(page)).join('');
  for (const sign of ['↵', '·', '‹', '<script>', '<img']) expect(shown).toContain(sign);
  // The fox is four bytes, which the small vocabulary has to split; the sentence for listeners has it whole.
  expect(shown).not.toContain('🦊');
  expect(await text(page).textContent()).toContain('🦊');
  for (const name of ['Global attention', 'Local attention'])
    await button(page, `Show ${name.toLowerCase()} as a table`).click();
  await button(page, 'Show the time axis as a table').click();
  expect(await page.locator('main script, main img, [onerror]').count()).toBe(0);
});

describe('masked', () => {
  test('is hatched in colours that no weight has, far from those of zero, in light and dark', async () => {
    const page = await openReady({ colorScheme: 'light', expected: [/willReadFrequently/] });
    await write(page, 'One day', 24);
    for (const theme of ['light', 'dark']) {
      for (const [name, family] of [
        ['Global attention', 'global'],
        ['Local attention', 'local'],
      ] as const) {
        const canvas = region(page, name).getByRole('application').locator('canvas');
        const [ground, line, ...ramp] = await coloursOf(page, family);
        await eventually(() => shares(canvas, [ground, line])).toEqual([
          // A third of the picture or more lies above the diagonal.
          expect.toSatisfy((share: number) => share > 0.05),
          expect.toSatisfy((share: number) => share > 0.01),
        ]);
        const zero = ramp[0] ?? [];
        // The ramp runs straight from stop to stop: neither colour of the hatch lies on it.
        for (const hatch of [ground, line]) expect(toRamp(hatch, ramp), theme).toBeGreaterThan(2);
        expect(distance(line, zero), `${theme}, ${name}`).toBeGreaterThan(24);
      }
      await button(page, 'Light or dark').click();
    }
  });
});

describe('runs', () => {
  test('that are interrupted leave nothing in the next one, and never overlap in the engine', async () => {
    const alone = await openReady();
    await write(alone, 'The dog ran home', 48, 7);
    const wanted = await tokens(alone);
    await alone.close();

    const page = await openReady({ before: (fresh) => fresh.addInitScript(noteMessages) });
    const pace = page.getByRole('combobox', { name: 'Pace' });
    // Slow enough that each is surely interrupted.
    await pace.selectOption('8');
    for (const [prompt, seed] of [
      ['One day a fox', 1],
      ['A red ball', 2],
      ['Mum said', 3],
    ] as const) {
      await ask(page, prompt, 200, seed);
      await eventually(() => text(page).textContent()).toContain(prompt);
      await eventually(async () => (await tokens(page)).length).toBeGreaterThan(8);
      if (seed === 2) await button(page, 'Stop').click();
    }
    // So fast that the engine is in the middle of a block, and some runs never begin.
    await pace.selectOption('max');
    await button(page, 'Generate').evaluate(async (generate) => {
      for (let i = 0; i < 8; i++) {
        (generate as HTMLButtonElement).click();
        for (let frame = 0; frame < i % 3; frame++)
          await new Promise((done) => requestAnimationFrame(done));
      }
    });
    await write(page, 'The dog ran home', 48, 7);
    expect(await tokens(page)).toEqual(wanted);
    expect(Number(await timeline(page).getAttribute('max'))).toBe(wanted.length - 1);

    const messages = await page.evaluate(() => (globalThis as { messages?: Message[] }).messages);
    const work = (messages ?? []).filter(({ type }) => type === 'busy' || type === 'idle');
    expect(work.length).toBeGreaterThan(40);
    expect(work.map(({ type }) => type)).toEqual(
      work.map((_, i) => (i % 2 === 0 ? 'busy' : 'idle')),
    );
    // A run's results come in one piece: none after those of a later run.
    const runs = (messages ?? []).flatMap(({ type, run }) =>
      (type === 'prefill' || type === 'step') && run !== undefined ? [run] : [],
    );
    expect(new Set(runs).size).toBeGreaterThanOrEqual(4);
    expect(runs).toEqual([...runs].sort((a, b) => a - b));
  });
});

test('pictures keep their size while a run is written and when the window comes back to it', async () => {
  const page = await openReady();
  const boxes = () =>
    page
      .locator('canvas')
      .evaluateAll((all) =>
        all.map((one) => [one.clientWidth, one.clientHeight, (one as HTMLCanvasElement).width]),
      );
  await write(page, 'One day', 60);
  const before = await boxes();
  await page.setViewportSize({ width: 1000, height: 700 });
  await eventually(boxes).not.toEqual(before);
  await page.setViewportSize({ width: 1440, height: 900 });
  await eventually(boxes).toEqual(before);
  await button(page, 'Back one block').click();
  expect(await boxes()).toEqual(before);
});

test('the guard of every browser test hears a page, its workers, and what they ask for elsewhere', async () => {
  const visited = await site.visit(NANO);
  const context = await visited.context().browser()?.newContext();
  if (!context) throw new Error('there is no browser');
  try {
    const problems: string[] = [];
    watch(context, site.url, problems, [/forgiven/]);
    await keepNothing(context);
    const page = await context.newPage();
    await page.goto(site.url);
    await page.evaluate(() => {
      console.log('a word');
      console.warn('a warning');
      console.warn('forgiven');
      console.error('an error');
      setTimeout(() => {
        throw new Error('thrown');
      });
      void fetch('no-such-file');
      void fetch('http://127.0.0.2:9/elsewhere').catch(() => {});
    });
    await eventually(() => page.workers().length).toBeGreaterThan(0);
    await page.workers()[0]?.evaluate(() => console.warn('from a worker'));
    for (const problem of [
      'console warning: a warning',
      'console warning: from a worker',
      'console error: an error',
      'page error: Error: thrown',
      'status 404',
    ])
      await eventually(() => problems.join('\n')).toContain(problem);
    expect(problems.join('\n')).not.toMatch(/a word|forgiven/);
    // The page's own policy stops the request before it leaves; that it was tried is an error on the console.
    await eventually(() => problems.join('\n')).toMatch(/foreign request|Content Security Policy/);
  } finally {
    await context.close();
  }
});

interface Message {
  type: string;
  run?: number;
}

/** Runs in the page before its own scripts: notes the kind of every message from a worker. */
function noteMessages(): void {
  const messages: Message[] = [];
  Object.assign(globalThis, { messages });
  globalThis.Worker = new Proxy(Worker, {
    construct(target, [url, options]: [URL, WorkerOptions?]) {
      const worker = new target(url, options);
      worker.addEventListener('message', ({ data }: MessageEvent<Message>) =>
        messages.push({ type: data.type, ...(data.run === undefined ? {} : { run: data.run }) }),
      );
      return worker;
    },
  });
}

type Colour = readonly number[];

/** Ground and line of the hatch, then the three stops of a map's ramp. */
async function coloursOf(page: Page, family: string): Promise<[Colour, Colour, ...Colour[]]> {
  const names = ['hatch-ground', 'hatch-line', ...[0, 1, 2].map((stop) => `${family}-${stop}`)];
  const colours = await page.evaluate((wanted) => {
    const probe = document.body.appendChild(document.createElement('span'));
    const found = wanted.map((name) => {
      probe.style.color = `var(--${name})`;
      return (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
    });
    probe.remove();
    return found;
  }, names);
  return colours as unknown as [Colour, Colour, ...Colour[]];
}

/** Shares of a canvas's pixels that have each of some colours, to a step of rounding. */
function shares(canvas: Locator, wanted: Colour[]): Promise<number[]> {
  return canvas.evaluate((element, colours) => {
    const { width, height } = element as HTMLCanvasElement;
    const data = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height);
    const counts = colours.map(() => 0);
    const pixels = data?.data ?? new Uint8ClampedArray();
    for (let at = 0; at < pixels.length; at += 4)
      for (const [i, colour] of colours.entries())
        if (colour.every((part, k) => Math.abs(part - (pixels[at + k] ?? -9)) <= 1))
          counts[i] = (counts[i] ?? 0) + 1;
    return counts.map((count) => count / (width * height));
  }, wanted as number[][]);
}

function distance(a: Colour, b: Colour): number {
  return Math.hypot(...a.map((part, i) => part - (b[i] ?? 0)));
}

/** The distance of a colour from the nearest place on a ramp that runs straight through its stops. */
function toRamp(colour: Colour, stops: Colour[]): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 1 < stops.length; i++)
    for (let share = 0; share <= 1; share += 1 / 128)
      nearest = Math.min(
        nearest,
        distance(
          colour,
          (stops[i] ?? []).map((part, k) => part + share * ((stops[i + 1]?.[k] ?? 0) - part)),
        ),
      );
  return nearest;
}
