import { generateTokens } from './flat-generate';
import { packPrefill, packStep } from './flat-pack';
import type { FlatEngine } from './flat-session';
import { generateBlocks, type LoopEnd, type LoopRequest } from './generate';
import type { RunData } from './protocol';
import { BlockEngine } from './session';

/** As in the `generate` message. */
export interface RunRequest extends LoopRequest {
  unrolled: boolean;
  quiet: boolean;
}

/** What one run of the model gave; `end` is set with the last. */
export interface RunEvent {
  data: RunData;
  end: LoopEnd | null;
}

/** Writes with a model of either architecture; every `next()` is one run of it, as in `generateBlocks`. */
export async function* writeRun(
  engine: BlockEngine | FlatEngine,
  request: RunRequest,
): AsyncGenerator<RunEvent, LoopEnd, void> {
  if (engine instanceof BlockEngine) {
    const events = generateBlocks(engine, request);
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      const { value } = next;
      yield { data: value, end: value.type === 'step' ? value.end : null };
    }
  }
  const { dims } = engine;
  const events = generateTokens(engine, request);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    const { value } = next;
    yield value.type === 'prefill'
      ? { data: { type: 'flat-prefill', result: packPrefill(value.result, dims) }, end: null }
      : { data: { type: 'flat-step', result: packStep(value.result, dims) }, end: value.end };
  }
}
