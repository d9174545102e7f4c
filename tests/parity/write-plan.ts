import type { Bundle } from '@/lib/engine/bundle';
import type { FlatEngine } from '@/lib/engine/flat-session';
import { KeptEngine } from '@/lib/engine/kept-engine';
import type { RunPlan } from '@/lib/engine/plan';
import { isStep } from '@/lib/engine/protocol';
import type { BlockEngine } from '@/lib/engine/session';
import type { EngineInfo, GenerateRequest } from '@/lib/engine/types';
import { writeRun } from '@/lib/engine/write-run';
import { loadTokenizer } from '@/lib/model/tokenizer';

/** What the page would know of an engine in Node. */
export function infoOf(bundle: Bundle, engine: BlockEngine | FlatEngine | KeptEngine): EngineInfo {
  return {
    manifest: bundle.manifest,
    tokenizer: loadTokenizer(bundle.tokenizerJson, bundle.manifest.tokenizer),
    backend: 'wasm',
    captured: false,
    reason: '',
    adapter: null,
    threads: 1,
    stepMs: 1,
    tokensPerSecond: 1,
    allocatedBytes: engine.allocatedBytes,
    changedCache: engine instanceof KeptEngine,
  };
}

/** Writes a plan to its end as worker and page do together; `onStep` is called behind every run that wrote. */
export async function writePlan<T extends { tokens: Int32Array; rows: number }>(
  engine: BlockEngine | FlatEngine | KeptEngine,
  { trace, maxTokens, forced, unrolled, cache, append, finish }: RunPlan<T>,
  sampling: GenerateRequest['sampling'],
  onStep: () => void = () => {},
): Promise<T> {
  const quiet = trace.rows > 0;
  const tokens = trace.tokens.slice();
  const request = { tokens, maxTokens, sampling, forced, unrolled, quiet, cache };
  const events = writeRun(engine, request);
  for (;;) {
    const next = await events.next();
    const end = next.done ? next.value : next.value.end;
    if (!next.done) {
      const { data } = next.value;
      if (isStep(data) || trace.rows === 0) append(data);
      if (isStep(data)) onStep();
    }
    if (!end) continue;
    finish(end.reason, end.length);
    return trace;
  }
}
