import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bidi } from './bidi';
import { FirefoxPage } from './firefox-page';

const START_MS = 60_000;
const EVENTS = ['log.entryAdded', 'network.beforeRequestSent', 'network.responseCompleted'];

/** A headless Firefox with a fresh profile, driven by WebDriver BiDi, which every Firefox speaks. */
export class Firefox {
  private constructor(
    private readonly bidi: Bidi,
    private readonly program: ChildProcess,
    private readonly profile: string,
    private readonly pages: Map<string, FirefoxPage>,
  ) {}

  /** Starts the program at `path`. @throws with what it said when it does not come up */
  static async launch(path: string): Promise<Firefox> {
    const profile = await mkdtemp(join(tmpdir(), 'blockscope-firefox-'));
    await writeFile(join(profile, 'user.js'), '');
    const program = spawn(
      path,
      ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      const pages = new Map<string, FirefoxPage>();
      const bidi = await Bidi.open(
        `${await addressOf(program)}/session`,
        EVENTS,
        (method, params) => {
          for (const page of pages.values()) page.notice(method, params);
        },
      );
      return new Firefox(bidi, program, profile, pages);
    } catch (error) {
      await end(program, profile);
      throw error;
    }
  }

  /** A new tab of this size in CSS pixels; a request to another origin than that of `site` is a problem. */
  async newPage(site: string, viewport: { width: number; height: number }): Promise<FirefoxPage> {
    const { context } = await this.bidi.send<{ context: string }>('browsingContext.create', {
      type: 'tab',
    });
    await this.bidi.send('browsingContext.setViewport', { context, viewport });
    const page = new FirefoxPage(this.bidi, context, new URL(site).origin);
    this.pages.set(context, page);
    return page;
  }

  /** Ends the program and removes its profile. */
  async close(): Promise<void> {
    await this.bidi.send('browser.close', {}).catch(() => {});
    await end(this.program, this.profile);
  }
}

/** Where a starting Firefox listens: it says so on stderr. */
function addressOf(program: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`Firefox ${why}: ${said.trim()}`));
    const timer = setTimeout(() => fail('did not come up'), START_MS);
    program.once('error', (error) => fail(error.message));
    program.once('exit', (code) => fail(`ended with ${code}`));
    program.stderr?.on('data', (data) => {
      said += data;
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}

async function end(program: ChildProcess, profile: string) {
  if (program.exitCode === null && program.signalCode === null) {
    const exit = once(program, 'exit');
    const timer = setTimeout(() => program.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(timer);
  }
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}
