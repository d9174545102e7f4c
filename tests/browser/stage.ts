import type { Page } from 'playwright-core';

/*
 * What a speaker finds on a stage, for the tests of the pages that have one.
 */

/** The line below a stage. */
export const line = (page: Page) => page.locator('footer');
export const said = (page: Page) =>
  page.getByRole('status', { name: 'Presentation' }).textContent();
export const onStage = (page: Page) =>
  page.evaluate(() => 'stage' in document.documentElement.dataset);
export const fills = (page: Page) => page.evaluate(() => document.fullscreenElement !== null);

/** The smallest type that is to be seen, in pixels, of the page and of its drawings from now on. */
export async function smallestType(page: Page): Promise<{ page: number; drawn: number }> {
  return page.evaluate(async () => {
    const drawn: number[] = [];
    const paint = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (this, ...given) {
      drawn.push(Number(/([\d.]+)px/.exec(this.font)?.[1]));
      return paint.apply(this, given);
    };
    // Everything is painted anew.
    document.documentElement.dataset.stage = 'again';
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await new Promise((done) => setTimeout(done, 300));
    CanvasRenderingContext2D.prototype.fillText = paint;
    const sizes = [...document.body.querySelectorAll('*')]
      .filter((one) => [...one.childNodes].some((node) => node.nodeName === '#text'))
      .filter((one) => one.checkVisibility({ visibilityProperty: true }))
      .filter((one) => !one.closest('.visually-hidden, title'))
      .map((one) => Number.parseFloat(getComputedStyle(one).fontSize));
    return { page: Math.min(...sizes), drawn: Math.min(...drawn) };
  });
}
