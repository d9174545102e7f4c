import type { Ranks } from '@/lib/methods-live/types';
import type { Dims } from '@/lib/model/manifest';
import type { StepInputs } from './backend';
import { causalMask } from './causal-mask';
import type { CpuGraphs } from './cpu-graphs';
import type { FlatPrefill } from './flat-backend';
import type { Outputs } from './graph-io';
import { choiceFeeds } from './kept-feeds';
import { checkRoom, type KeptRunner, type KeptStep } from './kept-types';

interface Codes {
  name: string;
  rank: number;
  /** [contextLength, rank] */
  values: Float32Array;
}

/** A flat model whose cache holds low-rank codes (LoRC); every position stays. The prompt runs with the same ranks. */
export class LorcRunner implements KeptRunner {
  length = 0;
  private readonly codes: Codes[];

  constructor(
    private readonly dims: Dims,
    private readonly graphs: CpuGraphs,
    { keys, values }: Ranks,
  ) {
    const { blockLayers, contextLength } = dims;
    this.codes = Array.from({ length: blockLayers }, (_, layer) =>
      [[`k_${layer}`, keys[layer]] as const, [`v_${layer}`, values[layer]] as const].map(
        ([name, rank = 0]) => ({
          name,
          rank,
          values: new Float32Array(contextLength * rank),
        }),
      ),
    ).flat();
  }

  get allocatedBytes(): number {
    return this.codes.reduce((sum, { values }) => sum + values.byteLength, 0);
  }

  async prefill(tokens: Int32Array, quiet: boolean): Promise<FlatPrefill> {
    const { blockLayers, heads, vocabulary } = this.dims;
    const count = tokens.length;
    const started = performance.now();
    this.length = 0;
    let attention = quiet ? null : new Float32Array(0);
    if (count > 0) {
      // The graph writes a token as well; nobody asks for it here.
      const noise = new Float32Array(vocabulary);
      const inputs = { tokens, noise, logitBias: noise, inverseTemperature: 1, cut: null };
      const out = await this.run(inputs, causalMask(count));
      if (!quiet) attention = out.floats('attention', blockLayers * heads * count * count);
    }
    return { tokens: count, attention, ms: performance.now() - started };
  }

  async step(inputs: StepInputs): Promise<KeptStep> {
    const { dims, length: position } = this;
    checkRoom(position, dims);
    const started = performance.now();
    const count = position + 1;
    const out = await this.run(inputs, new Float32Array(count));
    const row = dims.heads * count;
    const attention = out.floats('attention', dims.blockLayers * row);
    const positions = Int32Array.from({ length: count }, (_, i) => i);
    const held = Array.from({ length: dims.blockLayers }, () => ({
      count,
      positions,
      perHead: false,
    }));
    const bytes = this.codes.reduce((sum, { rank }) => sum + 4 * rank * count, 0);
    return {
      position,
      picks: out.picks(),
      logits: out.floats('logits', dims.vocabulary),
      rows: held.map((_, layer) => attention.subarray(layer * row, (layer + 1) * row)),
      seen: held,
      kept: held,
      readBytes: bytes,
      heldBytes: bytes,
      scoreBytes: 0,
      ms: performance.now() - started,
    };
  }

  /** Runs the tokens of `inputs` behind the cache and appends their codes; `mask` is [tokens, length + tokens]. */
  private async run(inputs: StepInputs, mask: Float32Array): Promise<Outputs> {
    const { length } = this;
    const { make } = this.graphs;
    const added = inputs.tokens.length;
    const feeds = {
      tokens: make.int64(inputs.tokens, [1, added]),
      positions: make.positions(1, length, added),
      key_positions: make.positions(1, 0, length + added),
      mask: make.float32(mask, [added, length + added]),
      ranks: make.int64(
        Int32Array.from(this.codes, ({ rank }) => rank),
        [this.codes.length],
      ),
      ...choiceFeeds(make, inputs),
    };
    const past = this.codes.map(({ name, rank, values }) => [
      `past_${name}`,
      make.float32(values.subarray(0, length * rank), [length, rank]),
    ]);
    const out = await this.graphs.run('lorc', { ...feeds, ...Object.fromEntries(past) });
    for (const { name, rank, values } of this.codes)
      values.set(out.floats(`new_${name}`, added * rank), length * rank);
    this.length += added;
    return out;
  }
}
