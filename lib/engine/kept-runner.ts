import { createPolicy } from '@/lib/methods-live';
import type { PositionNoise } from '@/lib/methods-live/keyformer';
import type { DroppingMethod, HeldLayer, KeptPolicy, PromptRows } from '@/lib/methods-live/types';
import type { Dims } from '@/lib/model/manifest';
import type { StepInputs } from './backend';
import type { CpuGraphs } from './cpu-graphs';
import type { FlatPrefill } from './flat-backend';
import { KeptCache } from './kept-cache';
import { choiceFeeds } from './kept-feeds';
import { MovingSinks } from './kept-sinks';
import { checkRoom, type KeptRunner, type KeptStep } from './kept-types';

/**
 * A flat model over a cache from which a policy drops positions. The prompt is a full triangle, its last token's row included;
 * the first drop comes after that row.
 */
export class DroppingRunner implements KeptRunner {
  length = 0;
  private cache: KeptCache;
  private policy: KeptPolicy;
  private sinks: MovingSinks;
  /** The prompt's rows until its last token has been run; null after that. */
  private prompt: { rows: Float32Array | null; prefilled: number } | null = null;

  /** `noise` takes the place of Keyformer's own. */
  constructor(
    private readonly dims: Dims,
    private readonly graphs: CpuGraphs,
    private readonly method: DroppingMethod,
    private readonly noise?: PositionNoise,
  ) {
    [this.policy, this.cache, this.sinks] = this.start(1);
  }

  get allocatedBytes(): number {
    return this.cache.allocatedBytes;
  }

  async prefill(tokens: Int32Array, quiet: boolean): Promise<FlatPrefill> {
    const { blockLayers: layers, heads, width } = this.dims;
    const count = tokens.length;
    const started = performance.now();
    this.length = 0;
    [this.policy, this.cache, this.sinks] = this.start(count + 1);
    const wanted = this.policy.readsRows || !quiet;
    let rows = wanted ? new Float32Array(0) : null;
    if (count > 0) {
      const out = await this.graphs.prefill(wanted ? 'prefill' : 'prefill-quiet', tokens, 1, [
        count,
      ]);
      this.cache.append(out.floats('kv', count * 2 * layers * width), 0);
      if (wanted) rows = out.floats('attention', layers * heads * count * count);
    }
    this.length = count;
    this.prompt = { rows, prefilled: count };
    return { tokens: count, attention: quiet ? null : rows, ms: performance.now() - started };
  }

  async step(inputs: StepInputs): Promise<KeptStep> {
    const { dims, policy, cache, length: position } = this;
    const { blockLayers: layers, heads, width, vocabulary } = dims;
    checkRoom(position, dims);
    const started = performance.now();
    if (!this.prompt) this.drop((layer) => policy.before(layer, cache.count(layer)));
    if (policy.sinks > 0) this.sinks.move(position - cache.count(0));
    const { make } = this.graphs;
    const feeds = {
      tokens: make.int64(inputs.tokens, [1, 1]),
      positions: make.positions(1, position, 1),
      ...choiceFeeds(make, inputs),
    };
    const past = cache.past.map(({ name, values, shape }) => [name, make.float32(values, shape)]);
    const out = await this.graphs.run('step-kept', { ...feeds, ...Object.fromEntries(past) });
    cache.append(out.floats('kv', 2 * layers * width), position);
    this.length = position + 1;
    const seen = cache.held();
    const readBytes = cache.heldBytes;
    const rows = seen.map(({ count }, layer) => out.floats(`attention_${layer}`, heads * count));
    if (this.prompt) this.endPrompt(rows);
    else
      this.drop((layer) =>
        policy.after(layer, rows[layer] as Float32Array, seen[layer] as HeldLayer),
      );
    return {
      position,
      picks: out.picks(),
      logits: out.floats('logits', vocabulary),
      rows,
      seen,
      kept: cache.held(),
      readBytes,
      heldBytes: cache.heldBytes,
      scoreBytes: policy.scoreBytes,
      ms: performance.now() - started,
    };
  }

  private start(promptLength: number): [KeptPolicy, KeptCache, MovingSinks] {
    const { blockLayers: layers, heads, contextLength } = this.dims;
    const shape = { layers, heads, contextLength, promptLength };
    const policy = createPolicy(this.method, shape, this.noise);
    const cache = new KeptCache(this.dims, policy.perHead, promptLength);
    return [policy, cache, new MovingSinks(this.dims, cache, policy.sinks)];
  }

  /** The last prompt token has been run; its rows are `last`. */
  private endPrompt(last: Float32Array[]): void {
    const { policy, cache } = this;
    const slots = policy.afterPrompt(this.promptRows(last));
    this.prompt = null;
    this.drop((layer) => slots[layer] ?? null);
    for (let layer = 0; layer < last.length; layer++) {
      cache.resize(layer, Math.max(cache.count(layer), policy.room(layer)));
    }
  }

  private promptRows(last: Float32Array[]): PromptRows | null {
    if (!this.prompt?.rows) return null;
    const { rows, prefilled } = this.prompt;
    const { heads } = this.dims;
    return {
      length: prefilled + 1,
      row: (layer, head, query) => {
        if (query === prefilled) {
          const of = last[layer] as Float32Array;
          return of.subarray(head * (prefilled + 1), (head + 1) * (prefilled + 1));
        }
        const start = ((layer * heads + head) * prefilled + query) * prefilled;
        return rows.subarray(start, start + query + 1);
      },
    };
  }

  private drop(slotsOf: (layer: number) => Int32Array | null): void {
    for (let layer = 0; layer < this.dims.blockLayers; layer++) {
      const slots = slotsOf(layer);
      if (slots) this.cache.keep(layer, slots);
    }
  }
}
