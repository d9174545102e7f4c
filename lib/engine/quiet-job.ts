/**
 * One run to measure: `input` tokens are read, `output` written, for `batch` sequences in lockstep. Both are multiples of the
 * block length; unrolled, `output` is one of 4.
 */
export interface Job {
  input: number;
  output: number;
  batch: number;
}

/** After a run of the model: so many tokens of each sequence were written by then. */
export interface Stamp {
  tokens: number;
  at: number;
}

/** A fixed prompt of ordinary ids (2 and above), the same for every model and round. */
export function promptOf(length: number, vocabulary: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => 2 + ((i * 7919 + 131) % (vocabulary - 2)));
}
