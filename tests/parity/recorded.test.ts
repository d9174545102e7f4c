import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_MODEL } from '@/lib/model/catalog';
import { parseManifest } from '@/lib/model/parse-manifest';
import { DEFAULT_LENGTH, DEFAULT_PROMPT, DEFAULT_SAMPLING } from '@/lib/store/request-slice';
import { readTrace } from '@/lib/trace/file';
import { recordedPath } from '@/lib/trace/recorded';
import { stepOf } from '@/lib/trace/replay';
import { UsageError } from '@/scripts/command-line';
import { MODELS } from '@/scripts/models';
import { record } from '@/scripts/record-command';
import { Tally } from './compare';

const AGAIN = 'run "npm run record" and commit what it writes';
const context = { models: MODELS, progress: () => {} };
const shipped = path.join(MODELS, '..', recordedPath(DEFAULT_MODEL));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'blockscope-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const traceIn = async (file: string) => readTrace(gunzipSync(await readFile(file)));

test('the recorded run is small, and the shipped weights wrote it', async () => {
  const manifest = await readFile(path.join(MODELS, DEFAULT_MODEL, 'manifest.json'), 'utf8');
  const { weights } = parseManifest(manifest);
  const { header } = await traceIn(shipped);
  expect(header.model.weightsSha256, AGAIN).toBe(weights.sha256);
  expect((await readFile(shipped)).length).toBeLessThanOrEqual(700_000);
});

test('the recorded run is what the page would be written to its first request', async () => {
  const out = path.join(folder, 'again', 'run.trace.gz');
  const report = await record(['--out', out], context);
  const [then, now] = [await traceIn(shipped), await traceIn(out)];
  for (const trace of [then, now])
    expect(trace.header, AGAIN).toMatchObject({
      prompt: DEFAULT_PROMPT,
      sampling: DEFAULT_SAMPLING,
      provenance: 'recorded',
      branch: null,
    });
  expect(then.header.model, AGAIN).toEqual(now.header.model);
  expect([...then.tokens], AGAIN).toEqual([...now.tokens]);
  expect(then.end).toEqual({
    reason: 'length',
    length: 4 * then.promptBlocks + DEFAULT_LENGTH,
  });
  expect(now.end).toEqual(then.end);
  expect(report).toMatchObject({ model: DEFAULT_MODEL, tokens: DEFAULT_LENGTH });
  expect(report.bytes).toBe((await readFile(out)).length);

  const tally = new Tally();
  for (let block = then.promptBlocks; block < then.blocks; block++) {
    const [a, b] = [stepOf(then, block), stepOf(now, block)];
    for (const name of ['globalAttention', 'localAttention', 'context', 'kvNorms'] as const)
      tally.range(name, a[name], 0, b[name], 0, a[name].length);
    // Half precision: a difference in the last bit of float32 may round to neighbours, 2^-10 of the number apart.
    tally.range('logits', a.logits, 0, b.logits, 0, a.logits.length, 1e-4 + 2 ** -10);
  }
  expect(tally.differences()).toHaveLength(5);
  for (const { quantity, ratio } of tally.differences())
    expect(ratio, `${quantity}: ${AGAIN}`).toBeLessThanOrEqual(1);
});

test('an unknown flag is bad input', async () => {
  await expect(record(['--model', 'x'], context)).rejects.toThrow(UsageError);
});
