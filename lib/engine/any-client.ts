import type { FlatTrace } from '@/lib/trace/flat-trace';
import type { Trace } from '@/lib/trace/trace';
import { planFlatRun } from './flat-plan';
import { planRun, type RunPlan } from './plan';
import type { AnyClient, EngineInfo, GenerateRequest } from './types';
import { type ClientOptions, WorkerClient } from './worker-client';

/** A client of block and flat models. Apart from `createEngineClient`, so that a page of block models comes without the rest. */
export function createAnyClient(options: ClientOptions): AnyClient {
  return new WorkerClient<Trace | FlatTrace>(options, { flatToo: true, plan });
}

function plan(info: EngineInfo, request: GenerateRequest): RunPlan<Trace> | RunPlan<FlatTrace> {
  return info.manifest.architecture === 'flat'
    ? planFlatRun(info, request)
    : planRun(info, request);
}
