import { layoutPrompt, slotOf } from '@/lib/model/layout';
import type { Manifest } from '@/lib/model/manifest';
import { newTraceHeader } from '@/lib/trace/new-header';
import { TraceRecorder } from '@/lib/trace/recorder';
import { EngineError } from './errors';
import type { BranchRequest, EngineInfo, GenerateRequest } from './types';

/** A request, checked and ready to be sent: what the recorder holds already is what the engine goes on from. */
export interface RunPlan {
  recorder: TraceRecorder;
  /** Tokens to write behind what the recorder holds; null for as many as fit. */
  maxTokens: number | null;
  /** As in `LoopRequest`. */
  forced: Int32Array | null;
}

/**
 * Lays a run out: a new one with its prompt, or a branch with its parent's blocks.
 *
 * @throws InputError for an empty or too long prompt; EngineError `bad-request` for a branch that cannot be.
 */
export function planRun(info: EngineInfo, request: GenerateRequest): RunPlan {
  return request.branch ? planBranch(info, request, request.branch) : planPrompt(info, request);
}

function planPrompt(info: EngineInfo, { prompt, maxTokens, sampling }: GenerateRequest): RunPlan {
  const { manifest, tokenizer } = info;
  const { dims } = manifest;
  const layout = layoutPrompt(tokenizer.encode(prompt), dims, manifest.tokenizer.padId);
  const header = newTraceHeader(manifest, { prompt, sampling, backend: backendName(info) });
  const capacity = roomFor(layout.tokens.length, layout.tokens.length, maxTokens, dims);
  return { recorder: new TraceRecorder(header, layout, capacity), maxTokens, forced: null };
}

function planBranch(
  info: EngineInfo,
  { maxTokens, sampling }: GenerateRequest,
  { parent, at, token }: BranchRequest,
): RunPlan {
  const { manifest } = info;
  const { dims } = manifest;
  const { header, promptBlocks, textLength } = parent;
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
  const { padId } = manifest.tokenizer;
  if (!Number.isInteger(token) || token < 0 || token >= dims.vocabulary || token === padId)
    throw refused(
      `The model cannot write token id ${token}; choose another of its ${dims.vocabulary} entries.`,
    );
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
  return { recorder, maxTokens: wanted, forced };
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

function backendName({ backend, captured }: EngineInfo): string {
  return captured ? `${backend} (captured)` : backend;
}

function refused(message: string): EngineError {
  return new EngineError({ code: 'bad-request', message, recovery: 'none' });
}
