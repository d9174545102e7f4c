import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { OFFLINE_SETTING } from '@/lib/offline/offline';
import { UsageError } from '../../scripts/command-line';
import { findChromium } from '../../scripts/lib/find-chromium.mjs';
import { serveFolder } from '../../scripts/lib/static-server.mjs';
import { between, CATEGORIES, type TraceEvent } from '../lib/frames';

export const VIEWPORT = { width: 1440, height: 900 };

const EXPLORE = '?backend=wasm&model=tiny-b4';

const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const BEGIN = 'bench-begin';
const END = 'bench-end';

/** The served app in a Chromium of its own, which watches what is asked of other origins. */
export class App {
  /** Requests to other origins. */
  readonly foreign: string[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly server: Awaited<ReturnType<typeof serveFolder>>,
  ) {}

  /** @throws UsageError when there is no Chromium. */
  static async open(root: string): Promise<App> {
    const executablePath = findChromium();
    if (!executablePath)
      throw new UsageError(
        'The bench needs Chromium, Chrome or Edge: install one, or set CHROMIUM_PATH.',
      );
    const server = await serveFolder({ root });
    try {
      return new App(await chromium.launch({ executablePath, args: FLAGS }), server);
    } catch (cause) {
      await server.close();
      throw cause;
    }
  }

  get version(): string {
    return `Chromium ${this.browser.version()}`;
  }

  /**
   * Opens a page in a fresh profile: `address` is relative to the app, `before` may prepare it. The caller closes its context.
   */
  async visit(
    before: (page: Page) => Promise<unknown> = async () => {},
    address = EXPLORE,
  ): Promise<Page> {
    const context = await this.browser.newContext({ viewport: VIEWPORT });
    this.watch(context);
    // Keeping page and model for use offline would cost time while it is measured.
    await context.addInitScript(
      (setting) => location.protocol.startsWith('http') && localStorage.setItem(setting, 'off'),
      OFFLINE_SETTING,
    );
    const page = await context.newPage();
    await before(page);
    await page.goto(new URL(address, this.server.url).href, { waitUntil: 'load' });
    return page;
  }

  /** The events of the page's main thread while `act` goes on. */
  async record(page: Page, act: () => Promise<void>): Promise<TraceEvent[]> {
    await this.browser.startTracing(page, { categories: CATEGORIES });
    await page.evaluate((name) => performance.mark(name), BEGIN);
    await act();
    await page.evaluate((name) => performance.mark(name), END);
    const { traceEvents } = JSON.parse((await this.browser.stopTracing()).toString('utf8'));
    return between(traceEvents, BEGIN, END);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }

  private watch(context: BrowserContext): void {
    const { origin } = new URL(this.server.url);
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin)
        this.foreign.push(request.url());
    });
  }
}
