import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bundle } from '@/lib/engine/bundle';
import { planFlatRun } from '@/lib/engine/flat-plan';
import { FlatEngine } from '@/lib/engine/flat-session';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { planRun } from '@/lib/engine/plan';
import { BlockEngine } from '@/lib/engine/session';
import type { EngineInfo } from '@/lib/engine/types';
import { surprise } from '@/lib/model/softmax';
import { isDistribution } from '@/lib/trace/rows';
import type { Sampling } from '@/lib/trace/types';
import { evaluate } from '../../scripts/evaluate-command';
import { bundleFolder } from './bundles';
import { readGolden } from './golden-file';
import { infoOf, writePlan } from './write-plan';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const SAMPLED: Sampling = { seed: 4, temperature: 0.9, topK: 40, topP: 0.95, ignoreEnd: true };
const PROMPT = 'One day a little rabbit found a red ball.';

let bundle: Bundle;
let engine: FlatEngine;
let info: EngineInfo;
let blocks: { engine: BlockEngine; info: EngineInfo };

beforeAll(async () => {
  bundle = await loadBundleFromDisk(bundleFolder('nano-flat'));
  engine = await FlatEngine.create(bundle);
  info = infoOf(bundle, engine);
  const other = await loadBundleFromDisk(bundleFolder('nano-b4'));
  const blockEngine = await BlockEngine.create(other);
  blocks = { engine: blockEngine, info: infoOf(other, blockEngine) };
});
afterAll(async () => {
  await engine.dispose();
  await blocks.engine.dispose();
});

const flat = (request: Parameters<typeof planFlatRun>[1], onStep?: () => void) =>
  writePlan(engine, planFlatRun(info, request), request.sampling, onStep);

const block = (request: Parameters<typeof planRun>[1], onStep?: () => void) =>
  writePlan(blocks.engine, planRun(blocks.info, request), request.sampling, onStep);

describe.each([false, true])(
  'a live trace of nano-flat equals PyTorch, unrolled: %s',
  (unrolled) => {
    const golden = readGolden('nano-flat');

    test.each(golden.cases)('$name', async ({ prompt, tokens, picks, arrays }) => {
      const { blockLayers, heads, vocabulary, contextLength } = info.manifest.dims;
      const trace = await flat({ prompt, maxTokens: picks.length, sampling: GREEDY, unrolled });
      expect([...trace.tokens.subarray(0, trace.textLength)]).toEqual([...tokens, ...picks]);
      expect(trace.promptTokens).toBe(tokens.length);
      const known = tokens.length + picks.length - 1;
      expect(trace.rows).toBeGreaterThanOrEqual(known);
      expect(trace.end?.length).toBe(known + 1);

      const logits = arrays.get('logits');
      let wrong = 0;
      picks.forEach((_, i) => {
        const row = trace.logits(tokens.length + i);
        for (let id = 0; logits && id < vocabulary; id++) {
          const wanted = logits[i * vocabulary + id] ?? Number.NaN;
          const off = Math.abs((row?.[id] ?? Number.NaN) - wanted);
          if (!(off <= 1e-4 + 1e-4 * Math.abs(wanted))) wrong++;
        }
      });
      expect(logits?.length).toBe(picks.length * vocabulary);
      expect(wrong).toBe(0);

      // A long case comes without rows.
      const attention = arrays.get('attention');
      expect(attention !== undefined || tokens.length > contextLength / 4).toBe(true);
      let largest = 0;
      for (let token = 0; token < known; token++)
        for (let map = 0; map < blockLayers * heads; map++) {
          const row = trace.row(token, Math.floor(map / heads), map % heads);
          // Half a unit of eleven bits at each entry, and what float32 leaves of the sum.
          expect(isDistribution(row, 2 ** -11 + row.length * 2 ** -24)).toBe(true);
          row.forEach((weight, key) => {
            const wanted = attention?.[(map * known + token) * known + key] ?? weight;
            largest = Math.max(largest, Math.abs(weight - wanted));
          });
        }
      expect(largest).toBeLessThanOrEqual(1e-3);
    });
  },
);

test.each([false, true])(
  'positions are counted as the engine counts them, unrolled: %s',
  async (unrolled) => {
    const held: number[] = [];
    const trace = await flat({ prompt: PROMPT, maxTokens: 11, sampling: SAMPLED, unrolled }, () => {
      held.push(engine.held);
      expect(engine.held).toBe(engine.backend.held);
    });
    const runs = new Set(
      Array.from({ length: trace.length - trace.promptTokens }, (_, i) =>
        trace.runOf(trace.promptTokens + i),
      ),
    );
    // A run embeds the token before its first, and all it writes but the last.
    expect([...runs].map((run) => (run ? run.first + run.tokens - 1 : -1))).toEqual(held);
  },
);

test('both forms of a run leave the same text, numbers and rows', async () => {
  const request = { prompt: PROMPT, maxTokens: 12, sampling: SAMPLED };
  const one = await flat(request);
  const four = await flat({ ...request, unrolled: true });
  expect([...four.generated]).toEqual([...one.generated]);
  expect([one.runOf(one.promptTokens + 1), four.runOf(four.promptTokens + 1)]).toMatchObject([
    { first: one.promptTokens + 1, tokens: 1 },
    { first: one.promptTokens, tokens: 4 },
  ]);
  for (let token = 0; token < one.rows; token++) {
    const row = one.row(token, 1, 2);
    four.row(token, 1, 2).forEach((weight, i) => {
      expect(Math.abs(weight - (row[i] ?? Number.NaN))).toBeLessThan(1e-3);
    });
  }
});

describe('a text that is given', () => {
  /** Whatever a text is given to must not have chosen it. */
  const other: Sampling = { ...SAMPLED, seed: 99, ignoreEnd: false };

  test('is written to its last token by either architecture, and marked', async () => {
    const { generated } = await flat({ prompt: PROMPT, maxTokens: 21, sampling: SAMPLED });
    const forced = generated.slice();
    const request = { prompt: PROMPT, maxTokens: forced.length, sampling: other, forced };
    const free = await block({ ...request, forced: undefined });
    expect([...free.generated]).not.toEqual([...forced]);
    const onBlocks = await block(request);
    expect([...onBlocks.generated]).toEqual([...forced]);
    const first = onBlocks.promptBlocks * 4;
    for (let i = 0; i < forced.length; i++) expect(onBlocks.isForced(first + i)).toBe(true);
    // The rest of the last block is the model's own, and discarded.
    expect(onBlocks.discardedFrom).toBe(first + 21);
    expect(onBlocks.isForced(first + 21)).toBe(false);
    for (const unrolled of [false, true]) {
      const onFlat = await flat({ ...request, unrolled });
      expect([...onFlat.generated]).toEqual([...forced]);
      expect(onFlat.isForced(onFlat.promptTokens + 20)).toBe(true);
    }
  });

  test('goes past an end of text inside it and ends with one at its end', async () => {
    const { endId } = info.manifest.tokenizer;
    const forced = Int32Array.of(40, endId, 41, 42, 43, endId);
    const request = { prompt: PROMPT, maxTokens: null, sampling: other, forced };
    for (const trace of [await block(request), await flat(request)]) {
      expect([...trace.generated]).toEqual([...forced]);
      expect(trace.end?.reason).toBe('end-of-text');
    }
  });

  test('is refused where it cannot be written', () => {
    const request = { prompt: PROMPT, maxTokens: 2, sampling: other };
    for (const id of [0, -1, 512])
      for (const plan of [
        () => planRun(blocks.info, { ...request, forced: Int32Array.of(40, id) }),
        () => planFlatRun(info, { ...request, forced: Int32Array.of(40, id) }),
      ])
        expect(plan).toThrow(`cannot write token id ${id}`);
  });

  test('is as surprising as evaluate says', async () => {
    const text =
      'Once there was a small grey mouse who lived under the kitchen floor. Every night she went out to look for crumbs, and every night the old cat slept by the stove and did not see her.';
    const folder = await mkdtemp(path.join(tmpdir(), 'blockscope-'));
    const file = path.join(folder, 'text.txt');
    await writeFile(file, text);
    const context = { models: path.dirname(bundleFolder('nano-b4')), progress: () => {} };
    const report = (model: string) =>
      evaluate(['--model', model, '--text', file, '--json'], context as never);
    const ids = info.tokenizer.encode(text);
    const { endId } = info.manifest.tokenizer;
    // The scoring rule's layout: the first token alone stands before what is scored.
    const prompt = info.tokenizer.decode(ids.slice(0, 1));
    const forced = Int32Array.of(...ids.slice(1), endId);
    const request = { prompt, maxTokens: forced.length, sampling: other, forced };
    const mean = (bits: number[]) => bits.reduce((sum, value) => sum + value, 0) / bits.length;
    const nats = (bits: number[]) => mean(bits) * Math.LN2;

    for (const unrolled of [false, true]) {
      const trace = await flat({ ...request, unrolled });
      const bits = Array.from(forced, (id, i) => surprise(trace.logits(1 + i) ?? [], id));
      expect(nats(bits)).toBeCloseTo((await report('nano-flat')).lossPerToken, 4);
    }
    const trace = await block(request);
    const bits = Array.from(forced, (id, i) =>
      surprise(trace.logits(1 + Math.floor(i / 4), i % 4) ?? [], id),
    );
    const { lossPerToken, lossBySlot } = await report('nano-b4');
    expect(nats(bits)).toBeCloseTo(lossPerToken, 4);
    lossBySlot.forEach((loss, slot) => {
      expect(nats(bits.filter((_, i) => i % 4 === slot))).toBeCloseTo(loss, 4);
    });
    await rm(folder, { recursive: true });
  });
});
