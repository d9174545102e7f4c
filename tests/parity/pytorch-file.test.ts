import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { planRun } from '@/lib/engine/plan';
import { BlockEngine } from '@/lib/engine/session';
import type { EngineInfo } from '@/lib/engine/types';
import { unpackRun } from '@/lib/share/run-file';
import { prefillOf, stepOf } from '@/lib/trace/replay';
import type { Trace } from '@/lib/trace/trace';
import { bundleFolder } from './bundles';
import { Tally } from './compare';
import { infoOf, writePlan } from './write-plan';

const AGAIN =
  'write it again with "python -m blockscope_training.trace_file" (training/README.md) and commit it';
const FILE = new URL('../fixtures/nano-b4-pytorch.bscope', import.meta.url);

let engine: BlockEngine;
let info: EngineInfo;
let theirs: Trace;

beforeAll(async () => {
  const bundle = await loadBundleFromDisk(bundleFolder('nano-b4'));
  engine = await BlockEngine.create(bundle);
  info = infoOf(bundle, engine);
  theirs = (await unpackRun(new Uint8Array(await readFile(FILE)))).trace;
});
afterAll(() => engine.dispose());

test('a file that PyTorch wrote is of the shipped weights, and its words are theirs', () => {
  const { header, tokens, promptBlocks, dims } = theirs;
  expect(header.model, AGAIN).toEqual({
    id: 'nano-b4',
    architecture: 'block',
    dims: info.manifest.dims,
    weightsSha256: info.manifest.weights.sha256,
    padId: info.tokenizer.padId,
    endId: info.tokenizer.endId,
  });
  expect(header).toMatchObject({ backend: 'pytorch', provenance: 'measured', branch: null });
  const prompt = tokens.subarray(theirs.pads, promptBlocks * dims.blockLength);
  expect([...prompt]).toEqual([...info.tokenizer.encode(header.prompt)]);
});

test('the engine measures what PyTorch has written into the file', async () => {
  const { prompt, sampling } = theirs.header;
  const maxTokens = theirs.generated.length;
  const plan = planRun(info, { prompt, sampling, maxTokens });
  const ours = await writePlan(engine, plan, sampling);
  expect([...ours.tokens], AGAIN).toEqual([...theirs.tokens]);
  expect(ours.end).toEqual(theirs.end);

  const tally = new Tally();
  const [a, b] = [prefillOf(theirs), prefillOf(ours)];
  if (!a || !b) throw new Error('there is no prefill');
  for (const name of ['globalAttention', 'contexts', 'kvNorms'] as const)
    tally.range(`${name} (prefill)`, b[name], 0, a[name], 0, a[name].length);
  for (let block = theirs.promptBlocks; block < theirs.blocks; block++) {
    const [one, other] = [stepOf(theirs, block), stepOf(ours, block)];
    for (const name of [
      'globalAttention',
      'localAttention',
      'context',
      'kvNorms',
      'prefixes',
    ] as const)
      tally.range(name, other[name], 0, one[name], 0, one[name].length);
    // Half precision: half a unit in the last of eleven bits.
    tally.range('logits', other.logits, 0, one.logits, 0, one.logits.length, 1e-4 + 2 ** -11);
  }
  expect(tally.differences()).toHaveLength(9);
  for (const { quantity, ratio } of tally.differences())
    expect(ratio, `${quantity}: ${AGAIN}`).toBeLessThanOrEqual(1);
});
