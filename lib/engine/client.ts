import { planRun } from './plan';
import type { EngineClient } from './types';
import { type ClientOptions, WorkerClient } from './worker-client';

/** The client of the first page, which runs block models. */
export function createEngineClient(options: ClientOptions): EngineClient {
  return new WorkerClient(options, { flatToo: false, plan: planRun });
}
