import type { LiveMethod } from '@/lib/methods-live/types';
import { layoutPrompt, slotOf } from '@/lib/model/layout';
import type { Manifest } from '@/lib/model/manifest';
import { newTraceHeader } from '@/lib/trace/new-header';
import { TraceRecorder } from '@/lib/trace/recorder';
import { isToken } from '@/lib/trace/store';
import type { Trace } from '@/lib/trace/trace';
import type { EndReason, StepResult } from '@/lib/trace/types';
import { EngineError } from './errors';
import type { RunData } from './protocol';
import type { BranchRequest, EngineInfo, GenerateRequest, TextOrigin } from './types';

/** A request, checked and ready to be sent: what the trace holds already is what the engine goes on from. */
export interface RunPlan<T> {
  readonly trace: T;
  /** Tokens to write behind what the trace holds; null for as many as fit. */
  readonly maxTokens: number | null;
  /** As in `LoopRequest`. */
  readonly forced: Int32Array | null;
  readonly unrolled: boolean;
  /** The changed cache of a flat model; null for the full one. */
  readonly cache: LiveMethod | null;
  /** Writes into the trace what the engine measured. Throws for what does not belong there. */
  append(data: RunData): void;
  /** Ends the trace, as its recorder does. */
  finish(reason: EndReason, length?: number): void;
}

/**
 * Lays a run out: a new one with its prompt, or a branch with its parent's blocks.
 *
 * @throws InputError for an empty or too long prompt; EngineError `bad-request` for a branch that cannot be.
 */
export function planRun(info: EngineInfo, request: GenerateRequest): RunPlan<Trace> {
  return request.branch ? planBranch(info, request, request.branch) : planPrompt(info, request);
}

/** A plan that writes through a recorder of block models. */
function blockPlan(
  recorder: TraceRecorder,
  maxTokens: number | null,
  forced: Int32Array | null,
  origin: TextOrigin | null = null,
): RunPlan<Trace> {
  const marked = origin ? marksOf(origin, recorder.trace) : (result: StepResult) => result;
  return {
    trace: recorder.trace,
    maxTokens,
    forced,
    unrolled: false,
    cache: null,
    append: (data) => {
      if (data.type === 'step') recorder.appendStep(marked(data.result));
      else if (data.type !== 'prefill') throw new Error(`"${data.type}" from a block model`);
      else if (data.result.blocks > 0) recorder.appendPrefill(data.result);
    },
    finish: (reason, length) => recorder.finish(reason, length),
  };
}

function planPrompt(
  info: EngineInfo,
  { prompt, maxTokens, sampling, forced, origin, cache }: GenerateRequest,
): RunPlan<Trace> {
  const { manifest, tokenizer } = info;
  if (cache)
    throw refused('A block model keeps its whole cache; choose a flat model to change it.');
  const { dims } = manifest;
  checkForced(forced, manifest);
  const layout = layoutPrompt(tokenizer.encode(prompt), dims, manifest.tokenizer.padId);
  checkOrigin(origin, layout.tokens.length);
  const header = newTraceHeader(manifest, {
    prompt,
    sampling,
    backend: backendName(info),
    branch: origin?.branch ?? null,
  });
  const capacity = roomFor(layout.tokens.length, layout.tokens.length, maxTokens, dims);
  const recorder = new TraceRecorder(header, layout, capacity);
  return blockPlan(recorder, maxTokens, forced ?? null, origin);
}

/** Marks the chosen tokens of a given text, and no others, in what the engine wrote. */
function marksOf({ chosen }: TextOrigin, { dims, promptBlocks }: Trace) {
  const places = new Set(chosen);
  return (result: StepResult): StepResult => {
    const start = (result.block - promptBlocks) * dims.blockLength;
    return { ...result, forced: Array.from(result.picks, (_, slot) => places.has(start + slot)) };
  };
}

/** A branch leaves its parent at a token that was chosen; `prompt`: tokens before the text, pads included. */
function checkOrigin(origin: TextOrigin | undefined, prompt: number): void {
  if (origin?.branch && !origin.chosen.includes(origin.branch.at - prompt))
    throw refused('The branch of the text does not fit its tokens.');
}

function planBranch(
  info: EngineInfo,
  { maxTokens, sampling, forced: text }: GenerateRequest,
  { parent, at, token }: BranchRequest,
): RunPlan<Trace> {
  const { manifest } = info;
  const { dims } = manifest;
  const { header, promptBlocks, textLength } = parent;
  if (text) throw refused('A branch goes on freely; give a text to a run of its own.');
  if (header.model.weightsSha256 !== manifest.weights.sha256)
    throw refused(
      `The run to branch from was written by other weights ("${header.model.id}"); load that model to go on from it.`,
    );
  if (header.provenance === 'synthetic')
    throw refused('The run to branch from is synthetic: no model wrote it, so none can go on.');
  const prompt = promptBlocks * dims.blockLength;
  if (!Number.isInteger(at) || at < prompt)
    throw refused(
      `Token ${at} was not written by the model; choose one behind the prompt, from ${prompt} on.`,
    );
  if (at >= textLength)
    throw refused(
      `Token ${at} lies outside the run's text, which ends at token ${textLength - 1}.`,
    );
  checkToken(token, manifest);
  if (maxTokens !== null && !(maxTokens >= 1))
    throw refused('A branch writes at least one token; ask for one or more.');
  const slot = slotOf(at, dims);
  const start = at - slot;
  const forced = new Int32Array(dims.blockLength).fill(-1);
  forced.set(parent.tokens.subarray(start, at));
  forced[slot] = token;
  const wanted = maxTokens === null ? null : slot + maxTokens;
  const recorder = TraceRecorder.branch(
    parent,
    at,
    newTraceHeader(manifest, {
      prompt: header.prompt,
      sampling,
      backend: backendName(info),
      branch: { parent: header.id, at },
    }),
    roomFor(prompt, start, wanted, dims),
  );
  return blockPlan(recorder, wanted, forced);
}

/** Blocks behind a prompt of `prompt` tokens that writing `wanted` tokens from `start` on can fill. */
function roomFor(
  prompt: number,
  start: number,
  wanted: number | null,
  { blockLength, contextLength }: Manifest['dims'],
): number {
  const end = start + Math.max(0, wanted ?? Number.POSITIVE_INFINITY);
  return Math.ceil((Math.min(contextLength, end) - prompt) / blockLength);
}

/** Throws `EngineError` `bad-request` for a text that the model cannot write. */
export function checkForced(forced: Int32Array | undefined, manifest: Manifest): void {
  for (const token of forced ?? []) checkToken(token, manifest);
}

function checkToken(token: number, { dims, tokenizer }: Manifest): void {
  if (!isToken(token, dims.vocabulary) || token === tokenizer.padId)
    throw refused(
      `The model cannot write token id ${token}; choose another of its ${dims.vocabulary} entries.`,
    );
}

/** What a trace calls the backend. */
export function backendName({ backend, captured }: EngineInfo): string {
  return captured ? `${backend} (captured)` : backend;
}

/** A request that cannot be, in one sentence. */
export function refused(message: string): EngineError {
  return new EngineError({ code: 'bad-request', message, recovery: 'none' });
}
