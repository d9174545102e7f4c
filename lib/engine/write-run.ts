import type { LiveMethod } from '@/lib/methods-live/types';
import type { FlatPrefill } from './flat-backend';
import { generateTokens } from './flat-generate';
import { packPrefill, packStep } from './flat-pack';
import { FlatEngine } from './flat-session';
import { generateBlocks, type LoopEnd, type LoopEventOf, type LoopRequest } from './generate';
import type { KeptEngine } from './kept-engine';
import { packKept } from './kept-flat';
import { generateKept } from './kept-generate';
import type { RunData } from './protocol';
import { BlockEngine } from './session';

/** As in the `generate` message. */
export interface RunRequest extends LoopRequest {
  unrolled: boolean;
  quiet: boolean;
  cache: LiveMethod | null;
}

/** What one run of the model gave; `end` is set with the last. */
export interface RunEvent {
  data: RunData;
  end: LoopEnd | null;
}

/** Writes with a model of either architecture; every `next()` is one run of it, as in `generateBlocks`. */
export function writeRun(
  engine: BlockEngine | FlatEngine | KeptEngine,
  request: RunRequest,
): AsyncGenerator<RunEvent, LoopEnd, void> {
  if (engine instanceof BlockEngine)
    return crossing(
      generateBlocks(engine, request),
      (result) => ({ type: 'prefill', result }),
      (result) => ({ type: 'step', result }),
    );
  const { dims } = engine;
  const prefill = (result: FlatPrefill): RunData => ({
    type: 'flat-prefill',
    result: packPrefill(result, dims),
  });
  if (engine instanceof FlatEngine)
    return crossing(generateTokens(engine, request), prefill, (result) => ({
      type: 'flat-step',
      result: packStep(result, dims),
    }));
  const method = request.cache ?? ({ id: 'multi-head' } as const);
  return crossing(generateKept(engine, { ...request, method }), prefill, (result) => ({
    type: 'flat-step',
    result: packKept(result, dims),
  }));
}

/** The events of a loop in the form in which they cross to the page. */
async function* crossing<Prefill, Step>(
  events: AsyncGenerator<LoopEventOf<Prefill, Step>, LoopEnd, void>,
  prefill: (result: Prefill) => RunData,
  step: (result: Step) => RunData,
): AsyncGenerator<RunEvent, LoopEnd, void> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    const { value } = next;
    yield value.type === 'prefill'
      ? { data: prefill(value.result), end: null }
      : { data: step(value.result), end: value.end };
  }
}
