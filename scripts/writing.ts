import { type Bundle, graphsOf } from '@/lib/engine/bundle';
import { generateTokens } from '@/lib/engine/flat-generate';
import { FlatEngine } from '@/lib/engine/flat-session';
import { generateBlocks, type LoopEnd, type LoopEventOf } from '@/lib/engine/generate';
import { BlockEngine } from '@/lib/engine/session';
import type { PromptLayout } from '@/lib/model/layout';
import { newTraceHeader } from '@/lib/trace/new-header';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import type { Provenance, Sampling } from '@/lib/trace/types';
import type { CommandContext } from './command-line';

/** The graphs that each architecture writes with; a flat model goes token by token and shows no attention. */
export const GRAPHS = {
  block: graphsOf('block', 'wasm'),
  flat: ['prefill-quiet', 'step', 'step-cut'],
} as const;

/** What is to be written. */
export interface WritingJob {
  bundle: Bundle;
  prompt: string;
  layout: PromptLayout;
  /** Tokens. */
  count: number;
  sampling: Sampling;
  progress: CommandContext['progress'];
  /** What the trace says of itself; `measured` when left out. */
  provenance?: Provenance;
}

/** What was written; all times in milliseconds. */
export interface Written {
  /** Ids, end-of-text included if it was drawn. */
  generated: Int32Array;
  /** Blocks (of one token in a flat model), those of the prompt included. */
  blocks: number;
  /** Everything measured, of a block model. */
  trace: Trace | null;
  /** When the engine was ready, as `performance.now` says it. */
  loaded: number;
  prefillMs: number;
  firstTokenMs: number;
  decodeMs: number;
}

/** Writes with a block model and records it. */
export async function writeInBlocks(job: WritingJob): Promise<Written & { trace: Trace }> {
  const { bundle, prompt, layout, count, sampling, provenance = 'measured' } = job;
  const engine = await BlockEngine.create(bundle);
  const header = newTraceHeader(bundle.manifest, {
    prompt,
    sampling,
    backend: 'wasm',
    provenance,
  });
  const recorder = new TraceRecorder(header, layout);
  const loaded = performance.now();
  const request = { tokens: layout.tokens, maxTokens: count, sampling };
  const times = await follow(job, generateBlocks(engine, request), {
    prefill: (result) => recorder.appendPrefill(result),
    step(result, end) {
      recorder.appendStep(result);
      if (end) recorder.finish(end.reason, end.length);
      return recorder.trace.generated.length;
    },
  });
  await engine.dispose();
  const { trace } = recorder;
  return { generated: trace.generated, blocks: trace.blocks, trace, loaded, ...times };
}

/** Writes with a flat model. */
export async function writeFlat(job: WritingJob): Promise<Written> {
  const { bundle, layout, count, sampling } = job;
  const engine = await FlatEngine.create(bundle);
  const loaded = performance.now();
  const generated: number[] = [];
  const request = { tokens: layout.tokens, maxTokens: count, sampling, quiet: true };
  const times = await follow(job, generateTokens(engine, request), {
    prefill: () => {},
    step: ({ picks }) => generated.push(...picks),
  });
  await engine.dispose();
  return {
    generated: Int32Array.from(generated),
    blocks: layout.blocks + generated.length,
    trace: null,
    loaded,
    ...times,
  };
}

/** Runs a generation loop and times it; `step` says how many tokens have been written. */
async function follow<Prefill, Step>(
  { progress }: WritingJob,
  events: AsyncIterable<LoopEventOf<Prefill, Step>>,
  on: { prefill(result: Prefill): void; step(result: Step, end: LoopEnd | null): number },
): Promise<Pick<Written, 'prefillMs' | 'firstTokenMs' | 'decodeMs'>> {
  const started = performance.now();
  let prefillMs = 0;
  let firstTokenMs = 0;
  let count = 0;
  for await (const event of events) {
    if (event.type === 'prefill') {
      prefillMs = performance.now() - started;
      on.prefill(event.result);
      progress(`Read the prompt in ${prefillMs.toFixed(1)} ms`);
    } else {
      firstTokenMs ||= performance.now() - started;
      count = on.step(event.result, event.end);
    }
  }
  const decodeMs = performance.now() - started - prefillMs;
  progress(`Wrote ${count} tokens in ${decodeMs.toFixed(1)} ms`);
  return { prefillMs, firstTokenMs, decodeMs };
}
