import { type Browser, chromium, type Worker } from 'playwright-core';
import { UsageError } from '../scripts/command-line';
import { findChromium } from '../scripts/lib/find-chromium.mjs';
import { serveFolder } from '../scripts/lib/static-server.mjs';

const FLAGS = [
  '--no-sandbox',
  // Without a GPU this gives the software adapter, which runs the same kernels.
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

/** A Chromium on the bench's site. Every worker has a tab and a runtime of its own, opened when it is first asked for. */
export class BenchBrowser {
  private readonly workers = new Map<string, Worker>();

  private constructor(
    private readonly browser: Browser,
    private readonly server: Awaited<ReturnType<typeof serveFolder>>,
  ) {}

  /** @throws UsageError when there is no Chromium. */
  static async open(root: string): Promise<BenchBrowser> {
    const executablePath = findChromium();
    if (!executablePath)
      throw new UsageError(
        'The bench needs Chromium, Chrome or Edge: install one, or set CHROMIUM_PATH.',
      );
    const server = await serveFolder({ root });
    try {
      return new BenchBrowser(await chromium.launch({ executablePath, args: FLAGS }), server);
    } catch (cause) {
      await server.close();
      throw cause;
    }
  }

  /** Throws when the browser has ended: rows that are missing for that say nothing of themselves. */
  check(): void {
    if (!this.browser.isConnected())
      throw new Error('The browser ended before the measurements did.');
  }

  get version(): string {
    return `Chromium ${this.browser.version()}`;
  }

  /** The worker `kind` for work on `threads` threads: a runtime keeps the number it began with. */
  async worker(kind: 'engine-worker' | 'rival-worker', threads: number): Promise<Worker> {
    const key = `${kind} ${threads}`;
    const known = this.workers.get(key);
    if (known) return known;
    const page = await this.browser.newPage();
    const arrives = page.waitForEvent('worker');
    await page.goto(`${this.server.url}#${kind}`);
    const worker = await arrives;
    await worker.evaluate(async () => {
      while (!('lab' in self)) await new Promise((resolve) => setTimeout(resolve, 20));
    });
    this.workers.set(key, worker);
    return worker;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }
}
