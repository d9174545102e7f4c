import type { Job, Stamp } from '@/lib/engine/quiet-job';

/** What one run measured. Times in milliseconds. */
export interface Sample {
  totalMs: number;
  /** From the start to the first token in hand. */
  firstTokenMs: number;
  /** Per token of one sequence, over the last `TAIL` tokens: what writing costs at this length. */
  tailMs: number;
  /** Runs of the model, the prefill included. */
  runs: number;
  /** Bytes of K and V at the end. */
  heldBytes: number;
  /** Bytes of the buffers made for them; null where each run makes new ones. */
  allocatedBytes: number | null;
  /** What the first sequence wrote first, to compare rows by. */
  ids: number[];
}

/** Tokens over which the cost at a length is measured. */
export const TAIL = 32;

/**
 * The times of a run that began at `started`, from the stamps of its runs, in order.
 * Throws when the last `TAIL` tokens do not begin at a stamp.
 */
export function timesOf(
  started: number,
  stamps: readonly Stamp[],
): Pick<Sample, 'totalMs' | 'firstTokenMs' | 'tailMs'> {
  const first = stamps[0];
  const last = stamps.at(-1);
  const before = stamps.find(({ tokens }) => tokens === (last?.tokens ?? 0) - TAIL);
  if (!first || !last || !before) throw new Error('too few tokens were written to time the last');
  return {
    totalMs: last.at - started,
    firstTokenMs: first.at - started,
    tailMs: (last.at - before.at) / TAIL,
  };
}

/** The job whose last `TAIL` tokens bring a sequence to `length` tokens. */
export function jobUpTo(length: number, batch = 1): Job {
  const output = TAIL + 4;
  return { input: length - output, output, batch };
}
