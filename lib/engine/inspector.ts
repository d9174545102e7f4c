import { localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import type { Bundle } from './bundle';
import { Outputs, prefillFeeds, TensorMaker } from './graph-io';
import {
  loadRuntime,
  type OrtModule,
  type OrtSession,
  type RuntimeFlavour,
  sessionOptions,
} from './runtime';
import type { Inspection, InspectRequest } from './types';

/** A block model's `inspect` graph on the CPU. It has no cache: every question runs all blocks, teacher-forced. */
export class Inspector {
  private readonly make: TensorMaker;

  private constructor(
    private readonly dims: Dims,
    ort: OrtModule,
    private readonly session: OrtSession,
  ) {
    this.make = new TensorMaker(ort);
  }

  /** `flavour` is that of the runtime already loaded: every one has CPU kernels. */
  static async create(
    { manifest, weights }: Pick<Bundle, 'manifest' | 'weights'>,
    graph: Uint8Array,
    flavour: RuntimeFlavour,
  ): Promise<Inspector> {
    const ort = await loadRuntime(flavour);
    const session = await ort.InferenceSession.create(
      graph,
      sessionOptions(
        { file: manifest.weights.file, data: weights },
        { executionProviders: ['wasm'] },
      ),
    );
    return new Inspector(manifest.dims, ort, session);
  }

  /** Queries and keys behind the rows that `block` was written from. `checkInspect` says what fits. */
  async inspect({ tokens, block }: InspectRequest): Promise<Inspection> {
    const { blockLength, blockLayers, tokenLayers, heads, headWidth } = this.dims;
    const embedded = tokens.subarray(0, block * blockLength);
    const feeds = prefillFeeds(this.make, embedded, 1, [block, blockLength]);
    const fed = blockLength - 1;
    if (fed > 0) {
      const written = tokens.subarray(block * blockLength, block * blockLength + fed);
      feeds.written = this.make.int64(written, [1, fed]);
    }
    const out = new Outputs(await this.session.run(feeds));
    const global = blockLayers * heads * block * headWidth;
    const local = tokenLayers * heads * localLength(this.dims) * headWidth;
    return {
      block,
      globalQueries: out.floats('global_queries', global),
      globalKeys: out.floats('global_keys', global),
      localQueries: out.floats('local_queries', local),
      localKeys: out.floats('local_keys', local),
    };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
