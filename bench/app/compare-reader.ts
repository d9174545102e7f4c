import { FULL } from '@/lib/lab/work';
import { BLOCK_LENGTH, Reader } from './reader';

const LANES = ['upper', 'lower'] as const;

/** Somebody at Compare. */
export class CompareReader extends Reader {
  /** Waits for both models. */
  override async ready(): Promise<void> {
    for (const lane of LANES) await this.engineReady(`Engine, ${lane} lane`);
  }

  /** Waits until both lanes have written all that `prepare` asked for. */
  override async written(): Promise<void> {
    const tokens = (FULL - BLOCK_LENGTH).toLocaleString('en');
    for (const lane of LANES) {
      const text = this.page.locator(`[aria-label="Text, ${lane} lane"]`);
      await this.until(`the ${lane} lane has written ${tokens} tokens`, async () =>
        ((await text.textContent()) ?? '').includes(`${tokens} tokens written.`),
      );
    }
    await this.ready();
  }
}
