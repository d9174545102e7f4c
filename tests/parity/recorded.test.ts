import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { DEFAULT_MODEL } from '@/lib/model/catalog';
import { layoutPrompt } from '@/lib/model/layout';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { DEFAULT_LENGTH, DEFAULT_PROMPT, DEFAULT_SAMPLING } from '@/lib/store/request-slice';
import { readTrace } from '@/lib/trace/file';
import { recordedPath } from '@/lib/trace/recorded';
import { stepOf } from '@/lib/trace/replay';
import { writeInBlocks } from '@/scripts/writing';
import { bundleFolder } from './bundles';
import { Tally } from './compare';

const AGAIN = 'run "npm run record" and commit what it writes';

/** The recorded run, and the run that the shipped model writes now. */
async function both() {
  const folder = bundleFolder(DEFAULT_MODEL);
  const packed = await readFile(path.join(folder, '../..', recordedPath(DEFAULT_MODEL)));
  const recorded = readTrace(gunzipSync(packed));
  const bundle = await loadBundleFromDisk(folder);
  const { dims, tokenizer: special } = bundle.manifest;
  const tokenizer = loadTokenizer(bundle.tokenizerJson, special);
  const { trace } = await writeInBlocks({
    bundle,
    prompt: DEFAULT_PROMPT,
    layout: layoutPrompt(tokenizer.encode(DEFAULT_PROMPT), dims, special.padId),
    count: DEFAULT_LENGTH,
    sampling: DEFAULT_SAMPLING,
    progress: () => {},
  });
  return { packed, recorded, written: trace };
}

test('the recorded run is what the shipped model writes to the page’s first request', async () => {
  const { packed, recorded, written } = await both();
  expect(recorded.header.model, AGAIN).toEqual(written.header.model);
  expect(recorded.header).toMatchObject({
    prompt: DEFAULT_PROMPT,
    sampling: DEFAULT_SAMPLING,
    provenance: 'recorded',
    branch: null,
  });
  expect([...recorded.tokens], AGAIN).toEqual([...written.tokens]);
  expect(recorded.end).toEqual(written.end);
  expect(packed.length).toBeLessThanOrEqual(700_000);

  const tally = new Tally();
  for (let block = recorded.promptBlocks; block < recorded.blocks; block++) {
    const [a, b] = [stepOf(recorded, block), stepOf(written, block)];
    tally.range(
      'global rows',
      a.globalAttention,
      0,
      b.globalAttention,
      0,
      a.globalAttention.length,
      0,
    );
    tally.range('local rows', a.localAttention, 0, b.localAttention, 0, a.localAttention.length, 0);
    tally.range('contexts', a.context, 0, b.context, 0, a.context.length);
    tally.range('norms', a.kvNorms, 0, b.kvNorms, 0, a.kvNorms.length);
    // Half precision keeps 11 bits: half an ulp is 2^-11 of the number, on top of what backends may differ by.
    tally.range('logits', a.logits, 0, b.logits, 0, a.logits.length, 1e-4 + 2 ** -11);
  }
  for (const { quantity, ratio } of tally.differences())
    expect(ratio, `${quantity}: ${AGAIN}`).toBeLessThanOrEqual(1);
});
