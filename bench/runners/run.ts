import type { Job } from '@/lib/engine/quiet-job';
import type { Sample } from '../lib/sample';

/** One way to run one model; `write` reads a prompt, writes tokens greedily and measures. Nothing else may run meanwhile. */
export interface ModelRunner {
  write(job: Job): Promise<Sample>;
  /** Logits [tokens, vocabulary] behind every token of a prompt, to check rivals by. */
  logits?(tokens: Int32Array): Promise<Float32Array>;
}
