import { createEngineClient } from '@/lib/engine/client';
import type { ToWorker } from '@/lib/engine/protocol';
import type { BackendName, Run } from '@/lib/engine/types';
import { attentionArithmetic, headOf } from '@/lib/model/arithmetic';
import type { Trace } from '@/lib/trace/trace';
import type { Sampling } from '@/lib/trace/types';

const SAMPLED: Sampling = { seed: 11, temperature: 0.9, topK: 40, topP: 0.95, ignoreEnd: true };
const PROMPT = 'One day a little rabbit found a red ball.';

let worker: Worker | null = null;
const client = createEngineClient({
  modelsUrl: new URL('models/', location.href).href,
  createWorker: () => {
    worker = new Worker('worker.js', { type: 'module' });
    return worker;
  },
});
let parent: Trace | null = null;

/** What tests call of the client and its worker. */
export const clientLab = {
  async load(backend: BackendName) {
    const info = await client.load({ model: 'nano-b4', backend });
    return { backend: info.backend, captured: info.captured };
  },
  /** Writes a run to its end; the runs below leave it or are compared with it. */
  async write(maxTokens: number) {
    const run = await client.generate({ prompt: PROMPT, maxTokens, sampling: SAMPLED });
    run.grant(maxTokens);
    const end = await run.done;
    parent = run.trace;
    return { end, tokens: [...run.trace.tokens], prompt: run.trace.promptBlocks };
  },
  /** A branch of that run at token `at`; `lose` destroys the GPU device behind its first block. */
  async branch(at: number, token: number, lose: boolean) {
    if (!parent) throw new Error('no run was written');
    const maxTokens = parent.textLength - at;
    const branch = { parent, at, token };
    const run = await client.generate({ prompt: '', maxTokens, sampling: SAMPLED, branch });
    if (lose) {
      const before = run.trace.blocks;
      run.grant(1);
      await until(run, () => run.trace.blocks > before);
      worker?.postMessage({ type: 'lose-device' } satisfies ToWorker);
    }
    run.grant(maxTokens);
    const end = await run.done;
    const { trace } = run;
    const forced = [...trace.tokens.keys()].filter((index) => trace.isForced(index));
    return { end, tokens: [...trace.tokens], forced, header: trace.header };
  },
  /** Inspects the last block of a run that waits for a grant; gives the largest difference from the recorded rows. */
  async inspectPausedRun() {
    const run = await client.generate({ prompt: PROMPT, maxTokens: 16, sampling: SAMPLED });
    const before = run.trace.blocks;
    run.grant(2);
    await until(run, () => run.trace.blocks === before + 2);
    const { trace } = run;
    const block = trace.blocks - 1;
    const seen = await client.inspect({ tokens: trace.tokens, block });
    const waited = trace.end === null && trace.blocks === before + 2;
    const { heads, headWidth, blockLayers, tokenLayers } = trace.dims;
    const side = trace.localSide;
    let largest = 0;
    const compare = (q: Float32Array, k: Float32Array, row: number, recorded: Float32Array) => {
      const { weights } = attentionArithmetic(q, k, row, row, headWidth);
      weights.forEach((weight, i) => {
        largest = Math.max(largest, Math.abs(weight - (recorded[i] ?? Number.NaN)));
      });
    };
    for (let head = 0; head < heads; head++) {
      for (let layer = 0; layer < blockLayers; layer++) {
        const q = headOf(seen.globalQueries, layer, head, trace.dims, block);
        const k = headOf(seen.globalKeys, layer, head, trace.dims, block);
        for (let row = 0; row < block; row++) compare(q, k, row, trace.globalRow(row, layer, head));
      }
      for (let layer = 0; layer < tokenLayers; layer++) {
        const q = headOf(seen.localQueries, layer, head, trace.dims, side);
        const k = headOf(seen.localKeys, layer, head, trace.dims, side);
        const map = trace.localMap(block, layer, head);
        for (let row = 0; map && row < side; row++)
          compare(q, k, row, map.subarray(row * side, (row + 1) * side));
      }
    }
    run.grant(16);
    const end = await run.done;
    return { largest, waited, end, written: trace.generated.length };
  },
  status: () => client.status.state,
};

function until(run: Run, ready: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    if (ready()) return resolve();
    const stop = run.subscribe(() => {
      if (!ready() && !run.trace.end) return;
      stop();
      if (ready()) resolve();
      else reject(new Error(`the run ended: ${run.trace.end?.reason}`));
    });
  });
}
