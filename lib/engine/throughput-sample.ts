import type { Job } from './quiet-job';
import type { Written } from './quiet-writer';

/** Time inside the runtime: a run with the copying of its inputs and results. Milliseconds. */
export interface RunClock {
  prefillMs: number;
  stepMs: number;
}

/** What writing cost around one length of the sequences. */
export interface PacePoint {
  /** Tokens of a sequence, prompt included, in the middle of the stretch. */
  length: number;
  /** For one more token of every sequence. */
  msPerToken: number;
}

/** What one job measured. Times in milliseconds. */
export interface ThroughputSample {
  totalMs: number;
  /** From the start to the first token in hand. */
  firstTokenMs: number;
  /** Where the total went: runs that read the prompt, runs that wrote, and everything outside the runtime. */
  prefillMs: number;
  stepMs: number;
  outsideMs: number;
  /** Runs of the model, the prefill included. */
  runs: number;
  /** Bytes of K and V at the end, of all sequences. */
  heldBytes: number;
  /** Bytes of the buffers made for them. */
  allocatedBytes: number;
  /** Over the output, in stretches that begin and end at the same lengths for every model. */
  pace: PacePoint[];
  /** What the first sequence wrote. */
  ids: number[];
}

/** Into how many stretches an output is cut, at most. */
const STRETCHES = 8;
/** Stretches are whole multiples of this, so that none ends inside a run, and not so short that they are mostly noise. */
const LEAST = 16;

/** A job's sample from what was written and the clock of its runs. */
export function sampleOf(job: Job, written: Written, clock: RunClock): ThroughputSample {
  const { started, stamps, runs, heldBytes, allocatedBytes, ids } = written;
  const first = stamps[0];
  const last = stamps.at(-1);
  if (!first || !last) throw new Error('nothing was written');
  const totalMs = last.at - started;
  return {
    totalMs,
    firstTokenMs: first.at - started,
    prefillMs: clock.prefillMs,
    stepMs: clock.stepMs,
    outsideMs: Math.max(0, totalMs - clock.prefillMs - clock.stepMs),
    runs,
    heldBytes,
    allocatedBytes,
    pace: paceOf(job, written),
    ids,
  };
}

/** Milliseconds per token over stretches of the output. */
export function paceOf(
  { input, output }: Job,
  { prefilled, stamps }: Pick<Written, 'prefilled' | 'stamps'>,
): PacePoint[] {
  const stretch = Math.ceil(output / STRETCHES / LEAST) * LEAST;
  const points: PacePoint[] = [];
  let from = { tokens: 0, at: prefilled };
  for (const stamp of stamps) {
    if (stamp.tokens % stretch !== 0 && stamp.tokens !== output) continue;
    const tokens = stamp.tokens - from.tokens;
    points.push({
      length: input + from.tokens + tokens / 2,
      msPerToken: (stamp.at - from.at) / tokens,
    });
    from = stamp;
  }
  return points;
}
