import { generateBlocks } from '@/lib/engine/generate';
import { GREEDY } from '@/lib/engine/greedy';
import { type Job, promptOf, type Stamp } from '@/lib/engine/quiet-job';
import { BlockEngine } from '@/lib/engine/session';
import type { WasmBackend } from '@/lib/engine/wasm-backend';
import { bytesPerGlobalPosition } from '@/lib/model/cost';
import { layoutPrompt } from '@/lib/model/layout';
import type { Manifest } from '@/lib/model/manifest';
import { newTraceHeader } from '@/lib/trace/new-header';
import { TraceRecorder } from '@/lib/trace/recorder';
import { type Sample, timesOf } from '../lib/sample';
import type { ModelRunner } from './run';

/** A block model as the app runs it: the same loop, every step recorded in a trace. */
export class BlockAppRunner implements ModelRunner {
  private readonly engine: BlockEngine;

  constructor(
    private readonly manifest: Manifest,
    private readonly backend: WasmBackend,
  ) {
    this.engine = new BlockEngine(manifest, backend);
  }

  async write({ input, output, batch }: Job): Promise<Sample> {
    if (batch !== 1) throw new Error('the app writes one sequence');
    const { dims, tokenizer } = this.manifest;
    const layout = layoutPrompt(promptOf(input, dims.vocabulary), dims, tokenizer.padId);
    const stamps: Stamp[] = [];
    const started = performance.now();
    const recorder = new TraceRecorder(
      newTraceHeader(this.manifest, { prompt: '', sampling: GREEDY, backend: 'wasm' }),
      layout,
    );
    const request = { tokens: layout.tokens, maxTokens: output, sampling: GREEDY };
    for await (const event of generateBlocks(this.engine, request)) {
      if (event.type === 'prefill') recorder.appendPrefill(event.result);
      else {
        recorder.appendStep(event.result);
        stamps.push({ tokens: (stamps.length + 1) * dims.blockLength, at: performance.now() });
      }
    }
    return {
      ...timesOf(started, stamps),
      runs: stamps.length + (input > dims.blockLength ? 1 : 0),
      heldBytes: bytesPerGlobalPosition(dims) * this.backend.held,
      allocatedBytes: this.backend.allocatedBytes,
      ids: [...recorder.trace.generated.subarray(0, 16)],
    };
  }
}
