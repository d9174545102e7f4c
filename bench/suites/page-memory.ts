import type { App } from '../app/app';
import { Reader } from '../app/reader';
import type { Held } from '../lib/flatness';
import { memoryResult, type PageResult } from '../lib/page';

const RUNS = 8;

/** Bytes that the page holds on to after each of eight full runs, collected garbage aside. */
export async function measureMemory(
  app: App,
  progress: (line: string) => void,
): Promise<PageResult['memory']> {
  const page = await app.visit();
  try {
    const reader = new Reader(page);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('HeapProfiler.enable');
    await reader.ready();
    await reader.prepare();
    const held: Held[] = [];
    for (let run = 0; run < RUNS; run++) {
      progress(`The page: memory after full run ${run + 1}`);
      await reader.generate();
      await reader.written();
      await devtools.send('HeapProfiler.collectGarbage');
      const usage = (await devtools.send('Runtime.getHeapUsage')) as {
        usedSize: number;
        backingStorageSize?: number;
      };
      held.push({ heapBytes: usage.usedSize, buffersBytes: usage.backingStorageSize ?? 0 });
    }
    return memoryResult(held);
  } finally {
    await page.context().close();
  }
}
