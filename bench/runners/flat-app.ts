import { generateTokens } from '@/lib/engine/flat-generate';
import { FlatEngine } from '@/lib/engine/flat-session';
import type { FlatWasmBackend } from '@/lib/engine/flat-wasm-backend';
import { GREEDY } from '@/lib/engine/greedy';
import { type Job, promptOf, type Stamp } from '@/lib/engine/quiet-job';
import { cacheBytes } from '@/lib/model/cost';
import type { Manifest } from '@/lib/model/manifest';
import { type Sample, timesOf } from '../lib/sample';
import type { ModelRunner } from './run';

/**
 * A flat model as an app would run it: logits and attention rows of every token copied out and kept. The prompt goes through the
 * quiet graph: its attention rows alone would be 147 MiB for 896 tokens of six layers.
 */
export class FlatAppRunner implements ModelRunner {
  private readonly engine: FlatEngine;

  constructor(
    private readonly manifest: Manifest,
    private readonly backend: FlatWasmBackend,
    private readonly tokensPerRun: number,
  ) {
    this.engine = new FlatEngine(manifest, backend);
  }

  async write({ input, output, batch }: Job): Promise<Sample> {
    if (batch !== 1) throw new Error('an app writes one sequence');
    const { dims } = this.manifest;
    const tokens = promptOf(input, dims.vocabulary);
    const stamps: Stamp[] = [];
    const kept: Float32Array[] = [];
    const ids: number[] = [];
    const started = performance.now();
    const request = {
      tokens,
      maxTokens: output,
      sampling: GREEDY,
      unrolled: this.tokensPerRun === 4,
      quiet: true,
    };
    let written = 0;
    for await (const event of generateTokens(this.engine, request)) {
      if (event.type === 'prefill') continue;
      kept.push(event.result.logits.slice(), event.result.attention.slice());
      ids.push(...event.result.picks);
      written += event.result.picks.length;
      stamps.push({ tokens: written, at: performance.now() });
    }
    return {
      ...timesOf(started, stamps),
      runs: stamps.length + (input > 1 ? 1 : 0),
      heldBytes: cacheBytes(dims.blockLayers, dims.width, this.backend.held),
      allocatedBytes: this.backend.allocatedBytes,
      ids: ids.slice(0, 16),
    };
  }

  async logits(tokens: Int32Array): Promise<Float32Array> {
    const { vocabulary } = this.manifest.dims;
    const all = new Float32Array(tokens.length * vocabulary);
    await this.engine.prefill(new Int32Array(0), { quiet: true });
    for (const [i, id] of tokens.entries()) {
      const { logits } = await this.engine.step(id, { sampling: GREEDY });
      all.set(logits, i * vocabulary);
    }
    return all;
  }
}
