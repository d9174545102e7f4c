import { describe, expect, test } from 'vitest';
import { type CacheChoice, presetCache } from '@/lib/compare/caches';
import { bytesPerGlobalPosition } from '@/lib/model/cost';
import { parseManifest } from '@/lib/model/parse-manifest';
import { openLab } from './engine/open-lab';

const { page } = openLab();
const WRITTEN = 24;

async function dimsOf(model: string) {
  const url = new URL(`models/${model}/manifest.json`, page().url()).href;
  return parseManifest(await (await page().request.get(url)).text()).dims;
}

/** No worker begins while the other is at work. */
function expectTurns(heard: { lane: string; what: string }[]) {
  let busy: string | null = null;
  let turns = 0;
  for (const { lane, what } of heard) {
    if (what === 'begins') {
      expect(busy).toBeNull();
      turns++;
    } else expect(lane).toBe(busy);
    busy = what === 'begins' ? lane : null;
  }
  expect(busy).toBeNull();
  return turns;
}

test('a block and a flat model side by side, each in a worker of its own', async () => {
  const opened = await page().evaluate(() => window.lab.compare.open('nano-b4', 'nano-flat'));
  expect(opened.map(({ state }) => state)).toEqual(['ready', 'ready']);

  const [block, flat] = await page().evaluate((n) => window.lab.compare.write(n, true), WRITTEN);
  if (!block?.trace || !flat?.trace) throw new Error('a lane has no run');
  for (const { trace } of [block, flat]) {
    expect(trace?.end?.reason).toBe('length');
    expect(trace?.generated).toHaveLength(WRITTEN);
    expect(trace?.totals.tokens).toBe(WRITTEN);
    expect(trace?.totals.ms).toBeGreaterThan(0);
    expect(trace?.figures.surprise).toBeGreaterThan(0);
  }
  expect(flat.trace.rowsAreDistributions).toBe(true);
  const { prompt } = flat.trace;
  expect(block.trace.prompt).toBe(prompt);
  const last = prompt + WRITTEN - 1;
  expect(flat.trace.figures).toMatchObject({
    token: last,
    heldPositions: last,
    heldBytes: last * bytesPerGlobalPosition(await dimsOf('nano-flat')),
    run: { tokens: 4 },
  });
  const blocks = Math.ceil((prompt + WRITTEN) / 4) - 1;
  expect(block.trace.figures).toMatchObject({
    heldPositions: blocks,
    heldBytes: blocks * bytesPerGlobalPosition(await dimsOf('nano-b4')),
  });

  const heard = await page().evaluate(() => window.lab.compare.heard());
  // Two loads, two prompts and six runs each.
  expect(expectTurns(heard)).toBe(2 + 2 + 2 * (WRITTEN / 4));
  const runs = heard.filter(({ what }) => what === 'begins').map(({ lane }) => lane);
  expect(runs.slice(4)).toEqual(new Array(WRITTEN / 4).fill(['upper', 'lower']).flat());

  const words = await page().evaluate(() => window.lab.compare.words());
  expect(words).toHaveLength(3);
  expect(words[0]).toMatch(/nano-b4 holds .* and nano-flat .* times as much/);

  const [, one] = await page().evaluate((n) => window.lab.compare.write(n, false), WRITTEN);
  expect(one?.trace?.generated).toEqual(flat.trace.generated);
  expect(one?.trace?.figures.run?.tokens).toBe(1);
});

test('stop ends both within a run, and nothing is written after it', async () => {
  const { stopped, later, running } = await page().evaluate(() => window.lab.compare.stopAfter(12));
  expect(running).toBe(false);
  for (const { trace } of stopped) {
    expect(trace?.end?.reason).toBe('stopped');
    expect(trace?.written).toBeGreaterThanOrEqual(12);
    expect(trace?.written).toBeLessThan(200);
  }
  expect(later.map(({ trace }) => trace?.written)).toEqual(
    stopped.map(({ trace }) => trace?.written),
  );
});

test('one lane’s text goes through the other, token by token', async () => {
  await page().evaluate((n) => window.lab.compare.write(n, true), WRITTEN);
  for (const from of ['upper', 'lower'] as const) {
    const lanes = await page().evaluate((lane) => window.lab.compare.giveText(lane), from);
    const [upper, lower] = lanes;
    const [writer, reader] = from === 'upper' ? [upper, lower] : [lower, upper];
    expect(reader?.givenBy).toBe(from);
    expect(reader?.trace?.generated).toEqual(writer?.trace?.generated);
    expect(reader?.trace?.figures).toMatchObject({ given: true });
    expect(reader?.trace?.totals.surprise).not.toBe(writer?.trace?.totals.surprise);
    const words = await page().evaluate(() => window.lab.compare.words());
    expect(words[2]).toMatch(/^On the same \d+ tokens /);
  }
});

test('another model takes a lane over and writes the same; the workers never overlapped', async () => {
  await page().evaluate((n) => window.lab.compare.write(n, true), WRITTEN);
  const lanes = await page().evaluate(() => window.lab.compare.choose('upper', 'nano-flat'));
  const [upper, lower] = lanes;
  expect(upper?.trace?.architecture).toBe('flat');
  expect(upper?.trace?.generated).toEqual(lower?.trace?.generated);
  expectTurns(await page().evaluate(() => window.lab.compare.heard()));
  expect(await page().evaluate(() => window.lab.compare.workers())).toBe(3);
});

test('a changed cache in a lane: what its policy keeps, its bytes, in turn with the other', async () => {
  await page().evaluate((n) => window.lab.compare.write(n, true), WRITTEN);
  const cache = { id: 'streaming-llm', values: { sinks: 2, window: 6 } } as const;
  const choose = (choice: CacheChoice) =>
    page().evaluate((c) => window.lab.compare.chooseCache('upper', c), choice);
  const { lanes, reason } = await choose(cache);
  const [upper, lower] = lanes;
  if (!upper?.trace?.seen || !lower?.trace) throw new Error('a lane has no run');
  const { prompt, figures, seen, totals, written } = upper.trace;
  const dims = await dimsOf('nano-flat');
  expect(reason).toBe('a changed cache runs on the CPU');
  expect(written).toBe(WRITTEN);
  expect(figures).toMatchObject({
    heldPositions: 8,
    heldBytes: 8 * bytesPerGlobalPosition(dims),
    run: { tokens: 1 },
  });
  // The prompt's rows saw everything before them; then two sinks and six of the last.
  seen.forEach((positions, row) => {
    const all = Array.from({ length: row + 1 }, (_, i) => i);
    expect(positions).toEqual(row < prompt ? all : [0, 1, ...all.slice(-6)]);
  });
  expect(totals.kvBytesRead).toBe((prompt + 8 * (WRITTEN - 1)) * bytesPerGlobalPosition(dims));
  expect(lower.trace.figures.heldPositions).toBe(prompt + WRITTEN - 1);

  const given = await page().evaluate(() => window.lab.compare.giveText('lower'));
  expect(given[0]?.trace?.generated).toEqual(lower.trace.generated);
  const words = await page().evaluate(() => window.lab.compare.words());
  expect(words[0]).toMatch(/^At this token nano-flat with StreamingLLM holds .* and nano-flat /);
  expect(words[2]).toMatch(/^On the same 24 tokens .* nano-flat with StreamingLLM /);

  const codes = await choose(presetCache('lorc'));
  const half = (dims.width / 2) * 2 * 4 * dims.blockLayers;
  const { trace } = codes.lanes[0] ?? {};
  expect(trace?.figures.heldBytes).toBe((prompt + WRITTEN - 1) * half);
  expectTurns(await page().evaluate(() => window.lab.compare.heard()));
});

test('a block model keeps its whole cache, and says so', async () => {
  await page().evaluate(() => window.lab.compare.choose('upper', 'nano-b4'));
  const choice = presetCache('sliding-window');
  const { problem } = await page().evaluate(
    (c) => window.lab.compare.chooseCache('upper', c),
    choice,
  );
  expect(problem).toBe(
    'The model "nano-b4" is not a flat model, so it cannot run with a changed cache.',
  );
  await page().evaluate(() => window.lab.compare.close());
});

test('the first page’s client refuses a flat model in a sentence', async () => {
  const answer = await page().evaluate(() => window.lab.compare.refusal());
  expect(answer).toMatch(/nano-flat.*this page runs block models only/);
});

describe('a flat model through the client', { timeout: 300_000 }, () => {
  test('on WASM and on WebGPU, whose device is lost in the middle, writes the same', async () => {
    const run = (backend: 'wasm' | 'webgpu', lose: boolean) =>
      page().evaluate(([b, n, l]) => window.lab.compare.flat(b, n, l), [
        backend,
        WRITTEN,
        lose,
      ] as const);
    const wasm = await run('wasm', false);
    expect(wasm).toMatchObject({ backend: 'wasm', rowsAreDistributions: true });
    expect(wasm.generated).toHaveLength(WRITTEN);
    const webgpu = await run('webgpu', true);
    expect(webgpu).toMatchObject({
      backend: 'webgpu',
      end: { reason: 'length', problem: null },
      generated: wasm.generated,
      rowsAreDistributions: true,
    });
    expect(webgpu.reason).toMatch(
      /WebGPU was asked for; replaying a capture gave the same numbers/,
    );
    expect(webgpu.tokensPerSecond).toBeGreaterThan(0);
  });
});
