import type { Page } from 'playwright-core';
import { FULL } from '@/lib/lab/work';

/** What the page is asked to go on from: one block in any of the shipped vocabularies. */
const PROMPT = 'One day';
export const BLOCK_LENGTH = 4;
/** A busy machine gets its time. */
const PATIENCE_MS = 300_000;
const LOOK_MS = 250;

/** Somebody at the page: does by role and name what a person does by hand. While the page is measured it is asked next to nothing. */
export class Reader {
  constructor(protected readonly page: Page) {}

  /** By its attributes: finding it by role and name takes the page milliseconds, and it is asked while the page is measured. */
  private get timeline() {
    return this.page.locator('input[aria-label="Timeline"]');
  }

  /** Waits for the model. */
  ready(): Promise<void> {
    return this.engineReady('Engine');
  }

  protected async engineReady(name: string): Promise<void> {
    const status = this.page.locator(`[role="status"][aria-label="${name}"]`);
    await this.until('the model is ready', async () =>
      /Ready/.test((await status.textContent()) ?? ''),
    );
  }

  /** Asks for a run that reaches 1,008 tokens, pads and prompt included. */
  async prepare(): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
    const length = this.page.getByLabel('Length');
    if (!(await length.isVisible()))
      await this.page.locator('summary', { hasText: 'Sampling' }).click();
    await length.fill(String(FULL - BLOCK_LENGTH));
    await this.page.getByRole('checkbox', { name: /past the end/ }).check();
  }

  /** Starts a run; at full speed the page keeps up with the engine. */
  async generate(pace: number | 'max' = 'max'): Promise<void> {
    await this.pace(pace);
    await this.page.getByRole('button', { name: 'Generate', exact: true }).click();
    // The run before may have been as long.
    await this.until('the new run is on the screen', async () => (await this.last()) < FULL - 1);
  }

  /** Waits until 1,008 tokens are written. */
  async written(): Promise<void> {
    await this.until(`${FULL} tokens are written`, async () => {
      const last = await this.last();
      if (last >= FULL) throw new Error(`the run went on to ${last + 1} tokens`);
      return last === FULL - 1;
    });
    await this.ready();
  }

  async pace(pace: number | 'max'): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Pace' }).selectOption(String(pace));
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  async seek(token: number): Promise<void> {
    await this.timeline.fill(String(token));
    // Keys are for the page again, not for the slider.
    await this.timeline.blur();
  }

  /** The last token that the Timeline reaches. */
  async last(): Promise<number> {
    return Number(await this.timeline.getAttribute('max'));
  }

  /** The token at the cursor. */
  async cursor(): Promise<number> {
    return Number(await this.timeline.inputValue());
  }

  /** Opens the grid of all heads, or closes it. */
  async heads(open: boolean): Promise<void> {
    await this.press(open ? 'h' : 'Escape');
    const grid = this.page.getByRole('dialog', { name: 'Heads of global attention' });
    await grid.waitFor({ state: open ? 'visible' : 'hidden' });
  }

  async play(): Promise<void> {
    await this.page.getByRole('button', { name: 'Play', exact: true }).click();
  }

  /**
   * Drags the thumb of the Timeline over its visible part, there and back, as long as `ms` says. `sweepMs` is one way.
   */
  async scrub(ms: number, sweepMs: number): Promise<void> {
    const ruler = await this.timeline.locator('..').boundingBox();
    const band = await this.page.getByRole('region', { name: 'Over time' }).boundingBox();
    if (!ruler || !band) throw new Error('the Timeline is not on the screen');
    const left = ruler.x + 12;
    const right = Math.min(ruler.x + ruler.width, band.x + band.width) - 12;
    const y = ruler.y + ruler.height / 2;
    const { mouse } = this.page;
    const started = performance.now();
    await mouse.move(right, y);
    await mouse.down();
    for (let gone = 0; gone < ms; gone = performance.now() - started) {
      const swept = (gone / sweepMs) % 2;
      await mouse.move(right - (right - left) * (swept < 1 ? swept : 2 - swept), y);
    }
    await mouse.up();
  }

  protected async until(what: string, reached: () => Promise<boolean>): Promise<void> {
    const started = performance.now();
    while (!(await reached())) {
      if (performance.now() - started > PATIENCE_MS)
        throw new Error(`gave up waiting until ${what}`);
      await pause(LOOK_MS);
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
