/** One run to measure: `input` tokens are read, `output` written, for `batch` sequences in lockstep. Multiples of 4. */
export interface Job {
  input: number;
  output: number;
  batch: number;
}

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

/** After a run: so many tokens of each sequence were written by then. */
export interface Stamp {
  tokens: number;
  at: number;
}

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

/** A fixed prompt of ordinary ids (2 and above), the same for every model and round. */
export function promptOf(length: number, vocabulary: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => 2 + ((i * 7919 + 131) % (vocabulary - 2)));
}
