import { FlatRecorder } from '@/lib/trace/flat-recorder';
import type { FlatTrace } from '@/lib/trace/flat-trace';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import { flatHeader, flatPrefill, flatPrompt, flatStep } from '../trace/flat-synthetic';
import { DIMS, header, PAD, prefill, step } from '../trace/synthetic';

/** A block run of five prompt tokens behind three pads, and two blocks; its end, if any, at text token `end`. */
export function blockTrace(end?: number): Trace {
  const tokens = [PAD, PAD, PAD, ...flatPrompt(5)];
  const recorder = new TraceRecorder(header(), { tokens, pads: 3 });
  recorder.appendPrefill(prefill(1));
  recorder.appendStep(step(2, [2, 3, 4, 5]));
  recorder.appendStep({ ...step(3, [6, 7, 8, 9]), forced: [true, false, false, false] });
  if (end !== undefined) recorder.finish('length', end + 3);
  return recorder.trace;
}

/** A run of the same prompt in blocks of `blockLength`, and three blocks behind it. */
export function traceOfLength(blockLength: number): Trace {
  const dims = { ...DIMS, blockLength, contextLength: 48 };
  const pads = (blockLength - (5 % blockLength)) % blockLength;
  const tokens = [...new Array(pads).fill(PAD), ...flatPrompt(5)];
  const blocks = tokens.length / blockLength;
  const recorder = new TraceRecorder(header(dims), { tokens, pads });
  if (blocks > 1) recorder.appendPrefill(prefill(blocks - 1, dims));
  for (let block = blocks; block < blocks + 3; block++) {
    const picks = Array.from({ length: blockLength }, (_, slot) => 2 + ((block + slot) % 9));
    recorder.appendStep(step(block, picks, dims));
  }
  return recorder.trace;
}

/** A flat run of the same prompt: a run of four, three of one. */
export function flatTrace(): FlatTrace {
  const recorder = new FlatRecorder(flatHeader(), flatPrompt(5));
  recorder.appendPrefill(flatPrefill(4));
  recorder.appendStep(flatStep(4, [2, 3, 4, 5]));
  for (const [i, pick] of [6, 7, 8].entries()) recorder.appendStep(flatStep(8 + i, [pick]));
  return recorder.trace;
}
