import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { planRun } from '@/lib/engine/plan';
import { BlockEngine } from '@/lib/engine/session';
import type { BranchRequest, EngineInfo, GenerateRequest } from '@/lib/engine/types';
import { findBadRow } from '@/lib/trace/rows';
import type { Trace } from '@/lib/trace/trace';
import type { Sampling } from '@/lib/trace/types';
import { bundleFolder } from './bundles';
import { infoOf, writePlan } from './write-plan';

const SAMPLED: Sampling = { seed: 11, temperature: 0.9, topK: 40, topP: 0.95, ignoreEnd: true };
const PROMPT = 'One day a little rabbit found a red ball.';
const WRITTEN = 30;

let engine: BlockEngine;
let info: EngineInfo;
let parent: Trace;
/** Token index of the first written token. */
let first: number;

beforeAll(async () => {
  const bundle = await loadBundleFromDisk(bundleFolder('nano-b4'));
  engine = await BlockEngine.create(bundle);
  info = infoOf(bundle, engine);
  parent = await write({ prompt: PROMPT, maxTokens: WRITTEN, sampling: SAMPLED });
  first = parent.promptBlocks * parent.dims.blockLength;
});
afterAll(() => engine.dispose());

/** Writes as worker and page do together. */
function write(request: GenerateRequest): Promise<Trace> {
  return writePlan(engine, planRun(info, request), request.sampling);
}

function branchAt(at: number, token: number, change: Partial<GenerateRequest> = {}) {
  const branch: BranchRequest = { parent, at, token };
  const maxTokens = parent.textLength - at;
  return write({ prompt: '', maxTokens, sampling: SAMPLED, branch, ...change });
}

/** Every number of the rows before block `block`, and of the blocks before it. */
function numbersBefore(trace: Trace, block: number): unknown[] {
  const { blockLayers, tokenLayers, heads, blockLength } = trace.dims;
  const maps = (layers: number) =>
    Array.from({ length: layers * heads }, (_, i) => [Math.floor(i / heads), i % heads] as const);
  return Array.from({ length: block }, (_, i) => [
    i < block - 1 && maps(blockLayers).map(([layer, head]) => trace.globalRow(i, layer, head)),
    i < block - 1 && [trace.context(i), trace.kvNorms(i)],
    maps(tokenLayers).map(([layer, head]) => trace.localMap(i, layer, head)),
    Array.from({ length: blockLength }, (_, slot) => trace.logits(i, slot)),
    trace.prefixes(i),
    trace.stepMs(i),
  ]);
}

function largestDifference(a: Float32Array | null, b: Float32Array | null): number {
  if (!a || !b || a.length !== b.length) return Number.NaN;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

// The first written block at slots 0 and 3, later blocks at both, and the run's last token.
const places: [string, () => number][] = [
  ['the first written token', () => first],
  ['slot 3 of the first written block', () => first + 3],
  ['slot 0 of a later block', () => first + 8],
  ['slot 2 of a later block', () => first + 14],
  ['slot 3 of a later block', () => first + 11],
  ['the last token', () => parent.textLength - 1],
];

describe.each(places)('a branch at %s', (_, place) => {
  test('with the token that was drawn is the same text', async () => {
    const at = place();
    const trace = await branchAt(at, parent.tokens[at] ?? -1);
    expect([...trace.generated]).toEqual([...parent.generated]);
    expect(trace.end).toEqual(parent.end);
  });

  test('with another token changes nothing before it and chooses from the same distribution', async () => {
    const at = place();
    const { blockLength } = parent.dims;
    const token = (parent.tokens[at] ?? 0) === 300 ? 301 : 300;
    const trace = await branchAt(at, token);
    expect(trace.tokens.subarray(0, at)).toEqual(parent.tokens.subarray(0, at));
    expect(trace.tokens[at]).toBe(token);
    expect(trace.end).toEqual(parent.end);
    const block = Math.floor(at / blockLength);
    expect(numbersBefore(trace, block)).toEqual(numbersBefore(parent, block));
    for (let slot = 0; slot <= at % blockLength; slot++)
      expect(
        largestDifference(trace.logits(block, slot), parent.logits(block, slot)),
      ).toBeLessThanOrEqual(1e-4);
    for (let head = 0; head < parent.dims.heads; head++)
      expect(
        largestDifference(
          trace.globalRow(block - 1, 0, head),
          parent.globalRow(block - 1, 0, head),
        ),
      ).toBeLessThanOrEqual(1e-4);
    const forced = Array.from(trace.tokens.keys()).filter((index) => trace.isForced(index));
    expect(forced).toEqual([at]);
    expect(trace.header).toMatchObject({
      prompt: PROMPT,
      branch: { parent: parent.header.id, at },
      provenance: 'measured',
    });
    expect(findBadRow(trace)).toBeNull();
  });
});

test('what follows a forced token is written from it', async () => {
  const at = first + 5;
  const trace = await branchAt(at, 300);
  expect([...trace.generated]).not.toEqual([
    ...parent.tokens.subarray(first, at),
    300,
    ...parent.tokens.subarray(at + 1, parent.textLength),
  ]);
});

test('a branch of a branch goes on from it', async () => {
  const one = await branchAt(first + 5, 300);
  const at = first + 6;
  const branch = { parent: one, at, token: one.tokens[at] ?? -1 };
  const maxTokens = one.textLength - at;
  const two = await write({ prompt: '', maxTokens, sampling: SAMPLED, branch });
  expect([...two.generated]).toEqual([...one.generated]);
  expect(two.header.branch?.parent).toBe(one.header.id);
  expect([first + 5, first + 6].map((index) => two.isForced(index))).toEqual([true, true]);
});

test('maxTokens counts from the choice on, and null goes to the end of the context', async () => {
  const at = first + 6;
  const short = await branchAt(at, 300, { maxTokens: 1 });
  expect(short.end).toEqual({ reason: 'length', length: at + 1 });
  const next = await branchAt(at, 300, { maxTokens: 2 });
  expect(next.end).toEqual({ reason: 'length', length: at + 2 });
  const all = await branchAt(at, 300, { maxTokens: null });
  expect(all.end).toEqual({ reason: 'context-full', length: parent.dims.contextLength });
});

test('a forced end-of-text ends the run, and goes on where it is ignored', async () => {
  const { endId } = info.manifest.tokenizer;
  const at = first + 5;
  const sampling = { ...SAMPLED, ignoreEnd: false };
  const ended = await branchAt(at, endId, { sampling });
  expect(ended.end).toEqual({ reason: 'end-of-text', length: at + 1 });
  const passed = await branchAt(at, endId);
  expect(passed.end).toEqual(parent.end);
  // The end that was passed over lies in the same block before the new choice, and does not end that branch either.
  const branch = { parent: passed, at: at + 1, token: 300 };
  const after = await write({ prompt: '', maxTokens: 8, sampling, branch });
  expect(after.textLength).toBeGreaterThan(at + 1);
});

test('a prompt of one block can be branched in its first written block', async () => {
  const run = await write({ prompt: 'A', maxTokens: 8, sampling: SAMPLED });
  expect(run.promptBlocks).toBe(1);
  const at = run.dims.blockLength + 1;
  const branch = { parent: run, at, token: run.tokens[at] ?? -1 };
  const trace = await write({ prompt: '', maxTokens: 7, sampling: SAMPLED, branch });
  expect([...trace.generated]).toEqual([...run.generated]);
});

const refused: [string, () => Partial<BranchRequest>, Partial<GenerateRequest>, RegExp][] = [
  ['a prompt token', () => ({ at: first - 1 }), {}, /was not written by the model; choose one/],
  ['half a token', () => ({ at: first + 0.5 }), {}, /was not written by the model/],
  ['a discarded token', () => ({ at: parent.textLength }), {}, /outside the run's text/],
  ['the pad', () => ({ token: 0 }), {}, /cannot write token id 0/],
  ['a token outside', () => ({ token: 512 }), {}, /cannot write token id 512/],
  ['no tokens', () => ({}), { maxTokens: 0 }, /at least one token/],
  [
    'other weights',
    () => ({ parent: changed({ weightsSha256: 'a'.repeat(64) }) }),
    {},
    /other weig/,
  ],
];

function changed(model: Partial<Trace['header']['model']>): Trace {
  const header = { ...parent.header, model: { ...parent.header.model, ...model } };
  return Object.create(parent, { header: { value: header } });
}

test.each(refused)('refuses %s in one sentence', (_, change, request, message) => {
  const branch = { parent, at: first, token: 300, ...change() };
  const plan = () =>
    planRun(info, { prompt: '', maxTokens: 8, sampling: SAMPLED, branch, ...request });
  expect(plan).toThrow(message);
  expect(plan).toThrow(/^[^\n]*[^.]\.$/);
  expect(plan).toThrow(expect.objectContaining({ name: 'EngineError' }));
});
