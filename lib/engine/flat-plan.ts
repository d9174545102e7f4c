import { checkMethod } from '@/lib/methods-live/check';
import type { LiveMethod } from '@/lib/methods-live/types';
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
 * @throws InputError for an empty or too long prompt; EngineError `bad-request` for a branch, and for a text or a changed cache
 * that cannot be.
 */
export function planFlatRun(info: EngineInfo, request: GenerateRequest): RunPlan<FlatTrace> {
  const { manifest, tokenizer } = info;
  const { dims } = manifest;
  const { prompt, maxTokens, sampling, branch, forced, cache } = request;
  // A changed cache is written to token by token.
  const unrolled = !cache && (request.unrolled ?? false);
  if (branch) throw refused('Runs of a flat model have no branches; ask for a run of its own.');
  checkForced(forced, manifest);
  checkCache(cache, info);
  const { tokens } = layoutPrompt(tokenizer.encode(prompt), dims, manifest.tokenizer.padId);
  const header = newFlatHeader(manifest, {
    prompt,
    sampling,
    backend: backendName(info),
    ...(cache && { cache }),
  });
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
    cache: cache ?? null,
    append: (data) => {
      if (data.type === 'flat-step') recorder.appendStep(data.result);
      else if (data.type !== 'flat-prefill') throw new Error(`"${data.type}" from a flat model`);
      else if (data.result.tokens > 0) recorder.appendPrefill(data.result);
    },
    finish: (reason, length) => recorder.finish(reason, length),
  };
}

/** Throws `EngineError` `bad-request` for settings that make no cache, or an engine that was not loaded for it. */
function checkCache(cache: LiveMethod | undefined, { manifest, changedCache }: EngineInfo): void {
  if ((cache !== undefined) !== (changedCache ?? false))
    throw refused(
      cache
        ? `The model "${manifest.id}" was loaded with its full cache; load it for a changed one.`
        : `The model "${manifest.id}" was loaded for a changed cache; say which.`,
    );
  if (!cache) return;
  try {
    checkMethod(cache, manifest.dims);
  } catch (error) {
    throw refused(`No such cache: ${(error as Error).message}.`);
  }
}
