import { layoutPrompt } from '@/lib/model/layout';
import { newFlatHeader } from '@/lib/trace/flat-header';
import { FlatRecorder } from '@/lib/trace/flat-recorder';
import type { FlatTrace } from '@/lib/trace/flat-trace';
import { UNROLLED } from './flat-backend';
import { backendName, checkForced, type RunPlan, refused } from './plan';
import type { EngineInfo, GenerateRequest } from './types';

/**
 * Lays a run of a flat model out.
 *
 * @throws InputError for an empty or too long prompt; EngineError `bad-request` for a branch, or a text that cannot be.
 */
export function planFlatRun(
  info: EngineInfo,
  { prompt, maxTokens, sampling, branch, forced, unrolled = false }: GenerateRequest,
): RunPlan<FlatTrace> {
  const { manifest, tokenizer } = info;
  const { dims } = manifest;
  if (branch) throw refused('Runs of a flat model have no branches; ask for a run of its own.');
  checkForced(forced, manifest);
  const { tokens } = layoutPrompt(tokenizer.encode(prompt), dims, manifest.tokenizer.padId);
  const header = newFlatHeader(manifest, { prompt, sampling, backend: backendName(info) });
  const room = dims.contextLength - tokens.length;
  // The last run may write past what was asked for.
  const wanted = Math.max(0, maxTokens ?? Number.POSITIVE_INFINITY);
  const capacity = Math.min(room, unrolled ? Math.ceil(wanted / UNROLLED) * UNROLLED : wanted);
  const recorder = new FlatRecorder(header, tokens, capacity);
  return {
    trace: recorder.trace,
    maxTokens,
    forced: forced ?? null,
    unrolled,
    append: (data) => {
      if (data.type === 'flat-step') recorder.appendStep(data.result);
      else if (data.type !== 'flat-prefill') throw new Error(`"${data.type}" from a flat model`);
      else if (data.result.tokens > 0) recorder.appendPrefill(data.result);
    },
    finish: (reason, length) => recorder.finish(reason, length),
  };
}
