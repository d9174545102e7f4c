import type { Job } from './quiet-job';
import type { ThroughputRow } from './throughput-engine';
import type { ThroughputSample } from './throughput-sample';

/** From the page to the worker of the measurements; one question at a time, each answered once. */
export type ToThroughput =
  /** `baseUrl` ends with a slash. */
  | { type: 'open'; model: string; baseUrl: string; threads: number }
  | { type: 'measure'; row: ThroughputRow; job: Job; budgetBytes: number }
  | { type: 'close' };

/** From the worker to the page. */
export type FromThroughput =
  /** Of a job: tokens that each sequence has. Now and then, before the answer. */
  | { type: 'wrote'; tokens: number }
  | { type: 'opened'; version: string }
  | { type: 'measured'; sample: ThroughputSample }
  /** What is left after everything was released: zero, or memory leaks. */
  | { type: 'closed'; allocatedBytes: number; openSessions: number }
  /** What was asked for cannot be; one clear sentence. */
  | { type: 'refused'; reason: string };
