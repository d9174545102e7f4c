import type { LiveMethod } from '@/lib/methods-live/types';
import type { Manifest } from '@/lib/model/manifest';
import type { FlatPrefillResult, FlatStepResult } from '@/lib/trace/flat-types';
import type { EndReason, PrefillResult, Sampling, StepResult } from '@/lib/trace/types';
import type { EngineInfo, EngineProblem, Inspection, InspectRequest } from './types';

/** What a worker is asked to load. */
export interface WorkerLoad {
  model: string;
  /** Absolute URL of the bundle's folder, with a slash at its end. */
  baseUrl: string;
  backend: 'wasm' | 'webgpu' | 'auto';
  /** Why an earlier choice was given up; becomes part of the status. */
  note: string | null;
  /** A flat model may come as well; the first page runs block models only. */
  flatToo: boolean;
  /** As in `LoadRequest`. */
  changedCache: boolean;
}

/** What a run measured, as it crosses to the page. */
export type RunData =
  | { type: 'prefill'; result: PrefillResult }
  | { type: 'step'; result: StepResult }
  | { type: 'flat-prefill'; result: FlatPrefillResult }
  | { type: 'flat-step'; result: FlatStepResult };

/** From the page to the worker. */
export type ToWorker =
  | ({ type: 'load' } & WorkerLoad)
  | {
      type: 'generate';
      run: number;
      /** The padded prompt, or all that was written before the engine was lost. */
      tokens: Int32Array;
      maxTokens: number | null;
      sampling: Sampling;
      /** As in `LoopRequest`. */
      forced: Int32Array | null;
      /** Of a flat model: four tokens a run. */
      unrolled: boolean;
      /** As in `GenerateRequest`. */
      cache: LiveMethod | null;
      /** The prompt's attention rows are known already: a flat model leaves them out. */
      quiet: boolean;
      /** Runs that may be made before the first `grant`: of a block each, or of a flat model's one or four tokens. */
      granted: number;
    }
  | { type: 'grant'; run: number; runs: number }
  | { type: 'stop'; run: number }
  | { type: 'inspect'; question: number; request: InspectRequest }
  /** For tests: destroys the GPU device, as a crash of the GPU process would. */
  | { type: 'lose-device' };

/** Whether what a run measured took a grant. */
export function isStep({ type }: RunData): boolean {
  return type === 'step' || type === 'flat-step';
}

/** What crosses to the page of `EngineInfo`; the page builds the tokenizer itself. */
export type WorkerInfo = Omit<EngineInfo, 'tokenizer'> & {
  manifest: Manifest;
  tokenizerJson: unknown;
};

/** From the worker to the page. Everything of a run carries its number, so that late messages can be dropped. */
export type FromWorker =
  | { type: 'progress'; loadedBytes: number; totalBytes: number }
  | { type: 'compiling' }
  | { type: 'measuring' }
  | { type: 'ready'; info: WorkerInfo }
  /** WebGPU was tried and given up; the CPU build needs a fresh worker. */
  | { type: 'fall-back'; reason: string }
  | { type: 'load-failed'; problem: EngineProblem }
  /** A run of ONNX Runtime begins; silence for longer than `limitMs` means that it hangs. */
  | { type: 'busy'; limitMs: number }
  | { type: 'idle' }
  | ({ run: number } & RunData)
  | {
      type: 'end';
      run: number;
      reason: EndReason;
      length: number | null;
      problem: EngineProblem | null;
    }
  | { type: 'inspected'; question: number; result: Inspection }
  | { type: 'inspect-failed'; question: number; problem: EngineProblem }
  | { type: 'device-lost'; problem: EngineProblem };
