import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../../scripts/generate-command';
import { ROOT } from '../../scripts/lib/run.mjs';
import { serveFolder } from '../../scripts/lib/static-server.mjs';
import { findFirefox } from './firefox/find-firefox';
import { Firefox } from './firefox/firefox';
import type { FirefoxPage } from './firefox/firefox-page';
import { eventually } from './reader';

const PROMPT = 'Once upon a time there was a little fox';
const TOKENS = 24;
const QUERY = '?model=nano-b4&backend=wasm';
const LAPTOP = { width: 1440, height: 900 };
/** What Firefox says on the console of a server that is not there. */
const NO_SERVER = /NetworkError|ServiceWorker|Failed to/;
const PHONE = { width: 360, height: 800 };

const firefox = findFirefox();
if (!firefox) {
  console.log('Skipped: no Firefox here. Install one, or set FIREFOX_PATH to its program.');
}

describe.skipIf(!firefox)('the page in Firefox', () => {
  let server: Awaited<ReturnType<typeof serveFolder>>;
  let browser: Firefox;
  let page: FirefoxPage;

  beforeAll(async () => {
    server = await serveFolder({ root: join(ROOT, 'out') });
    browser = await Firefox.launch(firefox ?? '');
  });

  afterEach(async () => {
    const { problems } = page;
    await page.close();
    expect(problems, 'the page must stay silent').toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A page whose engine is ready, on WASM. */
  async function open(viewport = LAPTOP, site = server.url) {
    page = await browser.newPage(site, viewport);
    await page.goto(`${site}${QUERY}`);
    await isReady();
  }

  async function isReady() {
    await expect
      .poll(() => page.text('[role="status"][aria-label="Engine"]'), { timeout: 150_000 })
      .toMatch(/Ready.*WASM/);
  }

  /** Writes {@link TOKENS} tokens greedily, set and started by keys and clicks. */
  async function write() {
    await page.fill('textarea', PROMPT);
    if (!(await page.isVisible('input[type="range"][max="2"]'))) {
      await page.click('summary', 'Sampling');
    }
    await page.focus('input[type="range"][max="2"]');
    await page.press('Home');
    await page.fill('input[type="number"][max="256"]', String(TOKENS));
    await page.click('label', 'Go on past the end of text');
    await page.focus('select[aria-label="Pace"]');
    await page.press('End');
    await page.click('button', 'Generate');
    await eventually(() => page.text('section[aria-label="Generated text"]')).toMatch(
      new RegExp(`(?<!\\d)${TOKENS} tokens written`),
    );
  }

  const timeline = () =>
    page.read('input[aria-label="Timeline"]', (slider: HTMLInputElement) => slider.valueAsNumber);
  const isHelpOpen = () =>
    page.evaluate(() => document.querySelector('[role="dialog"], dialog[open]') !== null);

  test('writes what the engine writes in Node, and every lane has all tokens', async () => {
    const flags = `--model nano-b4 --tokens ${TOKENS} --temperature 0 --ignore-eot --json`;
    const report = await generate([...flags.split(' '), '--prompt', PROMPT], {
      models: join(ROOT, 'public', 'models'),
      progress: () => {},
    });
    await open();
    await write();
    expect(await page.text('section[aria-label="Generated text"] p')).toBe(PROMPT + report.text);
    const { promptTokens, generatedTokens } = report;
    const pads = (4 - (promptTokens.length % 4)) % 4;
    const all = pads + promptTokens.length + generatedTokens.length;
    expect(generatedTokens).toHaveLength(TOKENS);
    expect(await page.evaluate(() => document.querySelectorAll('[data-token]').length)).toBe(all);
    await eventually(timeline).toBe(all - 1);
    await page.click('button[aria-label="Show the time axis as a table"]');
    const rows = () =>
      page.evaluate(() => document.querySelectorAll('[aria-label="Over time"] tbody tr').length);
    await eventually(rows).toBe(all);
    // The worker's requests are seen too, so that "nothing foreign" says something.
    expect(page.requests.some((address) => address.endsWith('.wasm'))).toBe(true);
    expect(page.requests.some((address) => address.endsWith('/weights.bin'))).toBe(true);
  });

  test('draws the map that it has as numbers', async () => {
    await open();
    await write();
    const map = '[aria-label="Global attention"] [role="application"] canvas';
    const colours = await page.read(map, (canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: new Uint8ClampedArray(),
      };
      return new Set(new Uint32Array(data.buffer)).size;
    });
    // A blank map has one colour, an empty frame some.
    expect(colours).toBeGreaterThan(20);
    await page.click('button[aria-label="Show global attention as a table"]');
    const weights = () =>
      page.evaluate(() =>
        Array.from(
          document.querySelectorAll('[aria-label="Global attention"] tbody td:last-child'),
          (cell) => Number(cell.textContent),
        ),
      );
    await eventually(async () => (await weights()).length).toBeGreaterThan(5);
    expect((await weights()).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 3);
  });

  test('is moved by the arrow keys and by clicks on the token meant', async () => {
    await open();
    await write();
    const last = await timeline();
    await page.focus('input[aria-label="Timeline"]');
    await page.press('ArrowLeft');
    await eventually(timeline).toBe(last - 1);
    await page.press('Home');
    await eventually(timeline).toBe(0);
    await page.press('ArrowRight');
    await eventually(timeline).toBe(1);
    await page.press('End');
    await eventually(timeline).toBe(last);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.press('Shift+ArrowLeft');
    await eventually(timeline).toBe(last - 4);
    // The thumb is as wide as a token: a click in the middle of one puts the cursor there.
    const token = last - 10;
    const ruler = await page.read('input[aria-label="Timeline"]', (slider: HTMLInputElement) => {
      const { x, y, width, height } = slider.getBoundingClientRect();
      return { left: x, pitch: width / (Number(slider.max) + 1), middle: y + height / 2 };
    });
    await page.clickAt(ruler.left + (token + 0.5) * ruler.pitch, ruler.middle);
    await eventually(timeline).toBe(token);
    // So does one beside the middle, if only on the same token.
    await page.clickAt(ruler.left + (token + 5.2) * ruler.pitch, ruler.middle);
    await eventually(timeline).toBe(token + 5);
  });

  test('opens its help by ? and closes it by Escape', async () => {
    await open();
    await page.press('?');
    await eventually(isHelpOpen).toBe(true);
    await page.press('Escape');
    await eventually(isHelpOpen).toBe(false);
  });

  test('works without a server once it was kept, its worker too', async () => {
    const own = await serveFolder({ root: join(ROOT, 'out') });
    const offline = '[role="status"][aria-label="Offline"]';
    try {
      await open(LAPTOP, own.url);
      await page.click('header summary');
      await eventually(() => page.text(offline)).toMatch(/^Works without a network.*nano-b4/);
    } finally {
      await own.close();
    }
    await page.goto(`${own.url}${QUERY}`);
    await isReady();
    await write();
    page.problems.splice(
      0,
      page.problems.length,
      ...page.problems.filter((one) => !NO_SERVER.test(one)),
    );
  });

  test('fits a phone without scrolling sideways', async () => {
    await open(PHONE);
    await write();
    const over = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(over).toBe(0);
  });
});
