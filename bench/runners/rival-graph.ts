import { type Job, promptOf, type Stamp } from '@/lib/engine/quiet-job';
import type { OrtModule, OrtSession, OrtTensor } from '@/lib/engine/runtime';
import type { Manifest } from '@/lib/model/manifest';
import { type Sample, timesOf } from '../lib/sample';
import type { ModelRunner } from './run';

/**
 * The exported GPT-NeoX graph in any ONNX Runtime, with the least loop around it: what comes out as `present` goes back in as
 * `past_key_values`, and the pick is an arg-max in JavaScript.
 */
export class RivalGraphRunner implements ModelRunner {
  constructor(
    private readonly manifest: Manifest,
    private readonly ort: OrtModule,
    private readonly session: OrtSession,
  ) {}

  async write({ input, output, batch }: Job): Promise<Sample> {
    if (batch !== 1) throw new Error('this row writes one sequence');
    const { vocabulary } = this.manifest.dims;
    let fed: Int32Array = promptOf(input, vocabulary);
    let past = this.emptyCache();
    let held = 0;
    const ids: number[] = [];
    const stamps: Stamp[] = [];
    const started = performance.now();
    while (stamps.length < output) {
      const out = await this.run(fed, held, past);
      held += fed.length;
      past = pastOf(out);
      const logits = out.logits?.data as Float32Array;
      const id = this.pick(logits.subarray(logits.length - vocabulary));
      ids.push(id);
      stamps.push({ tokens: ids.length, at: performance.now() });
      fed = Int32Array.of(id);
    }
    const heldBytes = Object.values(past).reduce((sum, { size }) => sum + 4 * size, 0);
    return {
      ...timesOf(started, stamps),
      runs: stamps.length,
      heldBytes,
      allocatedBytes: null,
      ids: ids.slice(0, 16),
    };
  }

  async logits(tokens: Int32Array): Promise<Float32Array> {
    const out = await this.run(tokens, 0, this.emptyCache());
    return out.logits?.data as Float32Array;
  }

  private run(fed: Int32Array, held: number, past: Record<string, OrtTensor>) {
    const length = held + fed.length;
    const positions = Int32Array.from(fed, (_, i) => held + i);
    return this.session.run({
      input_ids: this.int64(fed),
      attention_mask: this.int64(new Int32Array(length).fill(1)),
      position_ids: this.int64(positions),
      ...past,
    });
  }

  /** The likeliest entry; pad and end-of-text are never taken. */
  private pick(logits: Float32Array): number {
    const { padId, endId } = this.manifest.tokenizer;
    let best = -1;
    for (let id = 0; id < logits.length; id++) {
      if (id === padId || id === endId) continue;
      if (best < 0 || (logits[id] as number) > (logits[best] as number)) best = id;
    }
    return best;
  }

  private emptyCache(): Record<string, OrtTensor> {
    const { heads, headWidth } = this.manifest.dims;
    const names = this.session.inputNames.filter((name) => name.startsWith('past_key_values.'));
    return Object.fromEntries(
      names.map((name) => [
        name,
        new this.ort.Tensor('float32', new Float32Array(0), [1, heads, 0, headWidth]),
      ]),
    );
  }

  private int64(values: Int32Array): OrtTensor {
    return new this.ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  }
}

function pastOf(out: Record<string, OrtTensor>): Record<string, OrtTensor> {
  return Object.fromEntries(
    Object.entries(out)
      .filter(([name]) => name.startsWith('present.'))
      .map(([name, tensor]) => [name.replace('present.', 'past_key_values.'), tensor]),
  );
}
