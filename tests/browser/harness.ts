import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { OFFLINE_SETTING } from '@/lib/offline/offline';
import { findChromium } from '../../scripts/lib/find-chromium.mjs';
import { ROOT } from '../../scripts/lib/run.mjs';
import { serveFolder } from '../../scripts/lib/static-server.mjs';

/** A host on which a page is no secure context: it has no WebGPU and no `crypto.subtle`. */
export const INSECURE_HOST = 'blockscope.test';

export const FLAGS = [
  '--no-sandbox',
  // Without a GPU this gives the software adapter, which runs the same kernels.
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  // A name that is no localhost, yet this machine: over plain http it is an insecure context.
  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
];

export interface SiteOptions {
  /** Serve without the isolation and safety headers, as an ordinary static host does. */
  plain?: boolean;
  /** The sub-path that `root` was built for, such as `/name`. */
  base?: string;
  /** The built app; `out/` if not said. */
  root?: string;
  /** Reach it by this name instead of the server's own. */
  host?: string;
}

export interface VisitOptions {
  /** Console messages and page errors that this test provokes on purpose. */
  expected?: RegExp[];
  /** Runs before the page opens: to add routes or init scripts. */
  before?: (page: Page) => Promise<unknown>;
  viewport?: { width: number; height: number };
  /** A touch screen: a coarse pointer. */
  hasTouch?: boolean;
  reducedMotion?: 'reduce' | 'no-preference';
  colorScheme?: 'light' | 'dark';
  /** Let the page keep itself and its model in the browser, which costs time; else it does as for a reader who removed them. */
  offline?: boolean;
}

export interface Site {
  /** Ends with a slash. Known once the tests run. */
  readonly url: string;
  /** Opens a page in a fresh browser profile; `path` is relative to the site. */
  visit(path?: string, options?: VisitOptions): Promise<Page>;
  /** The server goes away. */
  stop(): Promise<void>;
  /** It comes back, at the same address. */
  start(): Promise<void>;
}

/**
 * Serves the built app to a Chromium while the tests of this file run. After each test every page is
 * closed, and the test fails if any of them logged an error or warning, threw, got an error status,
 * or asked another origin for anything.
 */
export function serveSite({ host, ...options }: SiteOptions = {}): Site {
  let server: Awaited<ReturnType<typeof serveFolder>> | null = null;
  let place = { url: '', port: 0 };
  let browser: Browser;
  let open: { context: BrowserContext; problems: string[] }[] = [];

  const start = async () => {
    server ??= await serveFolder({ root: join(ROOT, 'out'), ...options, port: place.port });
    place = server;
  };
  const stop = async () => {
    await server?.close();
    server = null;
  };

  beforeAll(async () => {
    await start();
    const executablePath = findChromium();
    if (!executablePath) throw new Error('No Chromium found.');
    browser = await chromium.launch({ executablePath, args: FLAGS });
  });

  afterEach(async () => {
    const problems = open.flatMap((one) => one.problems);
    await Promise.all(open.map((one) => one.context.close()));
    open = [];
    expect(problems, 'the page must stay silent').toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await stop();
  });

  const address = () => {
    const url = new URL(place.url);
    if (host) url.hostname = host;
    return url.href;
  };

  return {
    start,
    stop,
    get url() {
      return address();
    },
    async visit(path = '', { expected = [], before, offline = false, ...profile } = {}) {
      const context = await browser.newContext(profile);
      const problems: string[] = [];
      open.push({ context, problems });
      watch(context, address(), problems, expected);
      if (!offline) await keepNothing(context);
      const page = await context.newPage();
      await before?.(page);
      await page.goto(new URL(path, address()).href, { waitUntil: 'load' });
      return page;
    },
  };
}

/** Lets pages of `context` keep nothing in the browser, as a reader who removed it has it. */
export async function keepNothing(context: BrowserContext): Promise<void> {
  await context.addInitScript((setting) => {
    try {
      localStorage.setItem(setting, 'off');
    } catch {
      // The first document of a page, and a frame of another site, store nothing anyway.
    }
  }, OFFLINE_SETTING);
}

/** The text of the status "Engine". */
export function engineStatus(page: Page) {
  return page.getByRole('status', { name: 'Engine' }).textContent();
}

/** Waits until the status "Engine" reads like this; says what it read when time runs out. */
export async function waitForEngine(page: Page, wanted: RegExp, timeout = 150_000) {
  await expect.poll(() => engineStatus(page), { timeout, interval: 100 }).toMatch(wanted);
}

/** Notes in `problems` whatever a page of `context` should not do: log an error or warning, throw, crash, ask elsewhere. */
export function watch(
  context: BrowserContext,
  site: string,
  problems: string[],
  expected: RegExp[] = [],
): void {
  const origin = new URL(site).origin;
  const report = (problem: string) => {
    if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  context.on('console', (message) => {
    const kind = message.type();
    if (kind === 'error' || kind === 'warning') {
      report(`console ${kind}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (error) => report(`page error: ${error.error()}`));
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) {
      report(`foreign request: ${request.url()}`);
    }
  });
  context.on('response', (response) => {
    if (response.status() >= 400) report(`status ${response.status()}: ${response.url()}`);
  });
  context.on('page', (page) => page.on('crash', () => report('the page crashed')));
}
