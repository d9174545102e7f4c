import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskReader, loadBundleFromDisk } from '@/lib/engine/node';
import { planRun } from '@/lib/engine/plan';
import { BlockEngine } from '@/lib/engine/session';
import type { EngineInfo, GenerateRequest } from '@/lib/engine/types';
import { readLink, writeLink } from '@/lib/share/link';
import { prepareRun } from '@/lib/share/prepare-run';
import { sharedRun } from '@/lib/share/shared-run';
import { createAppStore } from '@/lib/store/store';
import { readTrace, writeTrace } from '@/lib/trace/file';
import type { Trace } from '@/lib/trace/trace';
import type { Sampling } from '@/lib/trace/types';
import { bundleFolder } from './bundles';
import { infoOf, writePlan } from './write-plan';

const SAMPLED: Sampling = { seed: 11, temperature: 0.9, topK: 40, topP: 0.95, ignoreEnd: true };
const PROMPT = 'One day a little rabbit found a red ball.';

let engine: BlockEngine;
let info: EngineInfo;

beforeAll(async () => {
  const bundle = await loadBundleFromDisk(bundleFolder('nano-b4'));
  engine = await BlockEngine.create(bundle);
  info = infoOf(bundle, engine);
});
afterAll(() => engine.dispose());

const write = (request: GenerateRequest) =>
  writePlan(engine, planRun(info, request), request.sampling);

/** What is written when the link to `trace` is opened. */
async function opened(trace: Trace): Promise<Trace> {
  const store = createAppStore();
  store.getState().addRun(trace, info);
  const shared = await readLink(await writeLink(sharedRun(store.getState())));
  const { request } = await prepareRun(shared, diskReader(bundleFolder('nano-b4')));
  return write(request);
}

/** What a trace says, but its id, its date, its numbers and times. */
function wordsOf(trace: Trace): unknown {
  const { header, end, textLength } = trace;
  const text = Array.from({ length: textLength }, (_, i) => [trace.tokens[i], trace.isForced(i)]);
  return { branch: header.branch, sampling: header.sampling, end, text, rows: trace.rows };
}

/** Numbers of each kind, of all rows and blocks. */
function numbersOf(trace: Trace): Float32Array[] {
  const { blockLayers, tokenLayers, heads, blockLength } = trace.dims;
  const rows = Array.from({ length: trace.rows }, (_, row) => [
    trace.context(row),
    trace.globalRow(row, blockLayers - 1, heads - 1),
  ]);
  const blocks = Array.from({ length: trace.blocks }, (_, block) => [
    trace.localMap(block, tokenLayers - 1, 0),
    ...Array.from({ length: blockLength }, (_, slot) => trace.logits(block, slot)),
  ]);
  return [...rows, ...blocks].flat().filter((values) => values !== null);
}

function largestDifference(a: Trace, b: Trace): number {
  const [ours, theirs] = [numbersOf(a), numbersOf(b)];
  expect(ours.map(({ length }) => length)).toEqual(theirs.map(({ length }) => length));
  const apart = ours.flatMap((values, i) =>
    Array.from(values, (value, j) => Math.abs(value - (theirs[i]?.[j] ?? Number.NaN))),
  );
  return apart.reduce((most, value) => Math.max(most, value), 0);
}

describe('a run that is opened from its link', () => {
  test('has the same tokens and, on the same backend, the same numbers', async () => {
    const trace = await write({ prompt: PROMPT, maxTokens: 30, sampling: SAMPLED });
    expect(trace.discardedFrom).not.toBeNull();
    const again = await opened(trace);
    expect(wordsOf(again)).toEqual(wordsOf(trace));
    expect(largestDifference(again, trace)).toBe(0);
  });

  test('has its branch and its chosen tokens where they were, and makes a sound file', async () => {
    const parent = await write({ prompt: PROMPT, maxTokens: 20, sampling: SAMPLED });
    const branch = { parent, at: 30, token: 77 };
    const trace = await write({ prompt: '', maxTokens: 9, sampling: SAMPLED, branch });
    const again = await opened(trace);
    expect(again.isForced(30)).toBe(true);
    expect(again.isForced(29)).toBe(false);
    expect(wordsOf(again)).toEqual(wordsOf(trace));
    // A branch reads what came before it at once, where its link writes it block by block: the sums are rounded otherwise.
    expect(largestDifference(again, trace)).toBeLessThan(1e-4);
    expect(wordsOf(readTrace(writeTrace(again)))).toEqual(wordsOf(trace));
  });

  test('fills the context, and ends where nothing was written', async () => {
    for (const maxTokens of [null, 0]) {
      const trace = await write({ prompt: PROMPT, maxTokens, sampling: SAMPLED });
      expect(trace.generated).toHaveLength(maxTokens ?? 236);
      expect(wordsOf(await opened(trace))).toEqual(wordsOf(trace));
    }
  });
});
