import type { Manifest } from '@/lib/model/manifest';
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
}

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
      /** As in `LoopRequest`: what the first block of a branch is given. */
      forced: Int32Array | null;
      /** Blocks that may be written before the first `grant`. */
      granted: number;
    }
  | { type: 'grant'; run: number; blocks: number }
  | { type: 'stop'; run: number }
  | { type: 'inspect'; question: number; request: InspectRequest }
  /** For tests: destroys the GPU device, as a crash of the GPU process would. */
  | { type: 'lose-device' };

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
  | { type: 'prefill'; run: number; result: PrefillResult }
  | { type: 'step'; run: number; result: StepResult }
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
