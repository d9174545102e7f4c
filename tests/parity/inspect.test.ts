import { expect, test } from 'vitest';
import { readGraph } from '@/lib/engine/bundle';
import { generateBlocks } from '@/lib/engine/generate';
import { checkInspect, INSPECT_GRAPH } from '@/lib/engine/inspect-graph';
import { Inspector } from '@/lib/engine/inspector';
import { diskReader, loadBundleFromDisk } from '@/lib/engine/node';
import { BlockEngine } from '@/lib/engine/session';
import type { Inspection } from '@/lib/engine/types';
import { attentionArithmetic, headOf } from '@/lib/model/arithmetic';
import { layoutPrompt } from '@/lib/model/layout';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { newTraceHeader } from '@/lib/trace/new-header';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import type { Sampling } from '@/lib/trace/types';
import { bundleFolder } from './bundles';

const SAMPLED: Sampling = { seed: 3, temperature: 0.8, topK: 40, topP: 0.95, ignoreEnd: true };
const PROMPT = 'One day a little rabbit found a red ball.';

/** A run of `model` and a way to look into its blocks. */
async function recorded(model: string, tokens: number) {
  const folder = bundleFolder(model);
  const bundle = await loadBundleFromDisk(folder);
  const { manifest } = bundle;
  const engine = await BlockEngine.create(bundle);
  const tokenizer = loadTokenizer(bundle.tokenizerJson, manifest.tokenizer);
  const layout = layoutPrompt(tokenizer.encode(PROMPT), manifest.dims, manifest.tokenizer.padId);
  const header = newTraceHeader(manifest, { prompt: PROMPT, sampling: SAMPLED, backend: 'wasm' });
  const recorder = new TraceRecorder(header, layout);
  const request = { tokens: layout.tokens, maxTokens: tokens, sampling: SAMPLED };
  for await (const event of generateBlocks(engine, request)) {
    if (event.type === 'prefill') recorder.appendPrefill(event.result);
    else recorder.appendStep(event.result);
  }
  const graph = await readGraph(manifest, INSPECT_GRAPH, diskReader(folder));
  const inspector = await Inspector.create(bundle, graph, 'wasm');
  const { trace } = recorder;
  const inspect = (block: number) => {
    const request = { tokens: trace.tokens.slice(0, (block + 1) * trace.dims.blockLength), block };
    checkInspect(manifest, request);
    return inspector.inspect(request);
  };
  const release = async () => {
    await inspector.release();
    await engine.dispose();
  };
  return { trace, inspect, release };
}

/** The largest difference between softmax(q·k/√d) of every layer and head, and the recorded rows; and how many weights. */
function compare(trace: Trace, inspection: Inspection): { largest: number; weights: number } {
  const { block, globalQueries, globalKeys, localQueries, localKeys } = inspection;
  const { blockLayers, tokenLayers, heads, headWidth } = trace.dims;
  const side = trace.localSide;
  let largest = 0;
  let weights = 0;
  const check = (q: Float32Array, k: Float32Array, row: number, recorded: Float32Array) => {
    const cell = attentionArithmetic(q, k, row, row, headWidth);
    cell.weights.forEach((weight, column) => {
      const difference = Math.abs(weight - (recorded[column] ?? Number.NaN));
      if (!(difference <= largest)) largest = difference;
    });
    weights += cell.weights.length;
  };
  for (let head = 0; head < heads; head++) {
    for (let layer = 0; layer < blockLayers; layer++) {
      const q = headOf(globalQueries, layer, head, trace.dims, block);
      const k = headOf(globalKeys, layer, head, trace.dims, block);
      for (let row = 0; row < block; row++) check(q, k, row, trace.globalRow(row, layer, head));
    }
    for (let layer = 0; layer < tokenLayers; layer++) {
      const q = headOf(localQueries, layer, head, trace.dims, side);
      const k = headOf(localKeys, layer, head, trace.dims, side);
      const map = trace.localMap(block, layer, head);
      for (let row = 0; map && row < side; row++)
        check(q, k, row, map.subarray(row * side, (row + 1) * side));
    }
  }
  return { largest, weights };
}

test.each([
  ['nano-b4', 48],
  ['tiny-b4', 16],
])('queries and keys of %s give the recorded rows, global and local', async (model, tokens) => {
  const { trace, inspect, release } = await recorded(model, tokens);
  const { blockLayers, tokenLayers, heads } = trace.dims;
  let worst = 0;
  for (const block of [trace.promptBlocks, trace.blocks - 2, trace.blocks - 1]) {
    const { largest, weights } = compare(trace, await inspect(block));
    const cells = (rows: number) => (heads * rows * (rows + 1)) / 2;
    expect(weights).toBe(blockLayers * cells(block) + tokenLayers * cells(trace.localSide));
    expect(largest).toBeLessThanOrEqual(1e-4);
    worst = Math.max(worst, largest);
  }
  console.info(`${model}: softmax(q·k/√d) is at most ${worst.toExponential(1)} from the rows`);
  await release();
});

test('another token in the last block shows in the local rows alone', async () => {
  const { trace, inspect, release } = await recorded('nano-b4', 12);
  const block = trace.blocks - 1;
  const right = await inspect(block);
  const at = block * trace.dims.blockLength + 1;
  trace.tokens[at] = trace.tokens[at] === 300 ? 301 : 300;
  const wrong = await inspect(block);
  expect(wrong.globalQueries).toEqual(right.globalQueries);
  expect(compare(trace, right).largest).toBeLessThanOrEqual(1e-4);
  expect(compare(trace, wrong).largest).toBeGreaterThan(1e-4);
  await release();
});

test('what cannot be looked into is refused in one sentence', async () => {
  const { manifest } = await loadBundleFromDisk(bundleFolder('nano-b4'));
  const tokens = (count: number) => new Int32Array(count).fill(5);
  const refuse = (request: { tokens: Int32Array; block: number }, of = manifest) => {
    try {
      checkInspect(of, request);
    } catch (error) {
      expect(error).toMatchObject({ problem: { code: 'bad-request' } });
      return (error as Error).message;
    }
    throw new Error('it was not refused');
  };
  const { [INSPECT_GRAPH]: _, ...graphs } = manifest.graphs;
  const messages = [
    refuse({ tokens: tokens(8), block: 1 }, { ...manifest, graphs }),
    refuse({ tokens: tokens(4), block: 0 }),
    refuse({ tokens: tokens(6), block: 0.5 }),
    refuse({ tokens: tokens(260), block: 64 }),
    refuse({ tokens: tokens(7), block: 1 }),
    refuse({ tokens: tokens(8).with(3, 512), block: 1 }),
  ];
  for (const message of messages) expect(message).toMatch(/^[^\n]*[^.]\.$/);
  expect(messages[0]).toMatch(/without its "inspect" graph/);
  expect(messages[3]).toMatch(/from 1 to 63/);
  checkInspect(manifest, { tokens: tokens(256), block: 63 });
});
