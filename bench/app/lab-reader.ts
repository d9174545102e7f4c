import type { Page } from 'playwright-core';
import { pause } from './reader';

/** Somebody at the Lab, with the keys of its dials. */
export class LabReader {
  constructor(private readonly page: Page) {}

  private dial(name: string) {
    return this.page.getByRole('slider', { name, exact: true });
  }

  /** Waits until a dial is there. */
  async ready(name: string): Promise<void> {
    await this.dial(name).waitFor();
  }

  /** Turns a dial up and down by its keys, 30 times a second, as long as `ms` says. */
  async turn(name: string, ms: number): Promise<void> {
    await this.dial(name).focus();
    const started = performance.now();
    for (let step = 0; performance.now() - started < ms; step++) {
      await this.page.keyboard.press(step % 16 < 8 ? 'ArrowRight' : 'ArrowLeft');
      await pause(33);
    }
  }

  async value(name: string): Promise<string> {
    return this.dial(name).inputValue();
  }
}
