import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateBlocks } from '@/lib/engine/generate';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { BlockEngine } from '@/lib/engine/session';
import { bytesPerGlobalPosition } from '@/lib/model/cost';

const TOKENS = 500;
const PROMPT_BLOCKS = 3;

let engine: BlockEngine;

beforeAll(async () => {
  engine = await BlockEngine.create(await loadBundleFromDisk('public/models/tiny-b4'));
}, 120_000);
afterAll(() => engine.dispose());

/** Writes on from a prompt of three blocks. Returns how many tokens came. */
async function write(tokens: number): Promise<number> {
  const { blockLength } = engine.dims;
  const prompt = Int32Array.from({ length: PROMPT_BLOCKS * blockLength }, (_, i) => 100 + i * 7);
  const sampling = { seed: 3, temperature: 0.9, topK: 40, topP: 0.95, ignoreEnd: true };
  let written = 0;
  for await (const event of generateBlocks(engine, { tokens: prompt, maxTokens: tokens, sampling }))
    if (event.type === 'step') written += event.result.picks.length;
  return written;
}

/** Bytes of the cache at whose place a number other than zero lies, up to the last one. */
async function writtenBytes(): Promise<number> {
  const cache = await engine.backend.readCache();
  return (cache.findLastIndex((value) => value !== 0) + 1) * cache.BYTES_PER_ELEMENT;
}

test('after 500 tokens the cache holds the bytes of the formula, and no run leaves anything behind', {
  timeout: 240_000,
}, async () => {
  const { dims, backend } = engine;
  // Paper, section 2.4: 2 × layers × width × bytes for each block but the one just written, which is not embedded yet.
  const perBlock = 2 * dims.blockLayers * dims.width * 4;
  expect(bytesPerGlobalPosition(dims)).toBe(perBlock);
  const { allocatedBytes } = backend;
  expect(allocatedBytes).toBe((dims.contextLength / dims.blockLength) * perBlock);

  expect(await write(TOKENS)).toBe(TOKENS);
  const blocks = PROMPT_BLOCKS + TOKENS / dims.blockLength - 1;
  expect(engine.held).toBe(blocks);
  expect(await writtenBytes()).toBe(blocks * perBlock);
  expect(backend.allocatedBytes).toBe(allocatedBytes);

  // A short run after the long one: its own bytes, and nothing of the other one behind them.
  await write(dims.blockLength);
  expect(engine.held).toBe(PROMPT_BLOCKS);
  expect(await writtenBytes()).toBe(PROMPT_BLOCKS * perBlock);
  expect(backend.allocatedBytes).toBe(allocatedBytes);
});
