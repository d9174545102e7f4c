import type { LiveMethod } from '@/lib/methods-live/types';
import type { Manifest } from '@/lib/model/manifest';
import type { Tokenizer } from '@/lib/model/tokenizer';
import type { FlatTrace } from '@/lib/trace/flat-trace';
import type { Trace } from '@/lib/trace/trace';
import type { EndReason, Sampling, TraceBranch } from '@/lib/trace/types';

export type BackendName = 'wasm' | 'webgpu';

/** What a loaded engine says of itself; all of it is shown to the reader. */
export interface EngineInfo {
  manifest: Manifest;
  /** The bundle's tokenizer, for labels and for counting before a run. */
  tokenizer: Tokenizer;
  backend: BackendName;
  /** The step graph is replayed from a capture (WebGPU only). */
  captured: boolean;
  /** One sentence: why this backend. */
  reason: string;
  /** The GPU adapter's own description, or null on WASM. */
  adapter: string | null;
  threads: number;
  /** Median duration of an unpaced step in the probe, in milliseconds: of a block, or of four tokens of a flat model. */
  stepMs: number;
  /** Tokens that such a step writes × 1000 / stepMs: measured, unpaced. */
  tokensPerSecond: number;
  /** Bytes of the live KV buffers, a block model's global ones (fixed for the whole context). */
  allocatedBytes: number;
  /** Loaded for changed caches: every request names one, and `allocatedBytes` is 0, as each makes buffers of its own. */
  changedCache?: boolean;
}

/** One clear sentence for the reader, and what can be done about it. */
export interface EngineProblem {
  code:
    | 'model-missing'
    | 'model-damaged'
    | 'model-version'
    | 'webgpu-unavailable'
    | 'webgpu-lost'
    | 'engine-crashed'
    | 'engine-hung'
    | 'prompt-empty'
    | 'prompt-too-long'
    | 'bad-request'
    | 'cancelled';
  message: string;
  /** What the page should offer. */
  recovery: 'retry' | 'use-wasm' | 'edit-prompt' | 'none';
}

export type EngineStatus =
  | { state: 'idle' }
  | { state: 'loading'; model: string; loadedBytes: number; totalBytes: number }
  | { state: 'compiling'; model: string }
  | { state: 'measuring'; model: string }
  | { state: 'ready'; info: EngineInfo }
  | { state: 'running'; info: EngineInfo }
  | { state: 'failed'; problem: EngineProblem };

export interface LoadRequest {
  model: string;
  /** `auto` follows design section 5; the other two are taken as ordered. */
  backend: BackendName | 'auto';
  /** A flat model is to run with changed caches, which it does on WASM whatever `backend` says. */
  changedCache?: boolean;
}

export interface GenerateRequest {
  /** Not looked at in a branch, which has its parent's. */
  prompt: string;
  /** Tokens to write at most, the chosen one of a branch included; null runs to the end of text or of the context. */
  maxTokens: number | null;
  sampling: Sampling;
  /** Goes on from a run of the same model with another token in one place. Block models only. */
  branch?: BranchRequest;
  /** Ids to write behind the prompt instead of drawing, the same text through another model; pads never. Not with `branch`. */
  forced?: Int32Array;
  /** What the trace of a block model says of the `forced` tokens; left out, that a reader chose each of them. */
  origin?: TextOrigin;
  /** Of a flat model: four tokens a run, where the context has room for them, instead of one. The texts are the same. */
  unrolled?: boolean;
  /** The changed cache of a flat model that was loaded for it; it writes one token a run. */
  cache?: LiveMethod;
}

/** How a text that is given came to be, elsewhere, by the same weights. */
export interface TextOrigin {
  /** Its tokens that a reader chose, counted from its first; all others were drawn. */
  chosen: readonly number[];
  /** Where its run left another one, at a chosen token. */
  branch: TraceBranch | null;
}

/** At index `at` of the parent's padded sequence, a written token, stands `token`; what comes after is drawn anew. */
export interface BranchRequest {
  parent: Trace;
  at: number;
  token: number;
}

/** What is looked into: the cursor's block and all before it. */
export interface InspectRequest {
  /** The padded sequence: whole blocks 0 … `block`. */
  tokens: Int32Array;
  /** 1 or more: block 0 is written from no context. */
  block: number;
}

/** Queries and keys behind the attention rows of one block, computed anew by the bundle's `inspect` graph on the CPU. */
export interface Inspection {
  block: number;
  /** [blockLayers, heads, block, headWidth]: rows 0 … block − 1 of the block decoder; after rotary embedding, not scaled. */
  globalQueries: Float32Array;
  /** The same of the keys. */
  globalKeys: Float32Array;
  /** [tokenLayers, heads, R, headWidth]: the positions that block `block` is written from, R = prefixLength + blockLength − 1. */
  localQueries: Float32Array;
  localKeys: Float32Array;
}

export interface RunEnd {
  reason: EndReason;
  /** Set when `reason` is `failed`. */
  problem: EngineProblem | null;
}

/** A run in progress. The client appends what the engine measured to `trace`; views only read it. */
export interface RunOf<T> {
  readonly id: number;
  readonly trace: T;
  readonly done: Promise<RunEnd>;
  /** Allow the engine `runs` more: blocks, or a flat model's one or four tokens each. Nothing is written without a grant. */
  grant(runs: number): void;
  /** Takes effect within one run of the engine; what was written stays in the trace. */
  stop(): void;
  /** Called after every append and at the end. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
}

/** A run of a block model. */
export type Run = RunOf<Trace>;

/** The page's handle on the engine; the engine itself lives in a worker and knows nothing of React. */
export interface ClientOf<T> {
  readonly status: EngineStatus;
  subscribe(listener: (status: EngineStatus) => void): () => void;
  /** Loads (or reloads) a bundle. Rejects with an `EngineError` carrying an `EngineProblem`. */
  load(request: LoadRequest): Promise<EngineInfo>;
  cancelLoad(): void;
  /** Rejects with an `EngineError` for a prompt or a branch that cannot be; the status and a run in progress stay. */
  generate(request: GenerateRequest): Promise<RunOf<T>>;
  /**
   * Queries and keys behind the rows that a block was written from; a run in progress goes on between its blocks. Rejects
   * with an `EngineError`, `bad-request` when the bundle has no `inspect` graph or the tokens do not fit.
   */
  inspect(request: InspectRequest): Promise<Inspection>;
  dispose(): void;
}

/** A client of block models; it refuses flat ones. */
export type EngineClient = ClientOf<Trace>;

/** A client of models of either architecture. */
export interface AnyClient extends ClientOf<Trace | FlatTrace> {
  /** Resolves once the worker is in no run: behind Stop it may still be in the one that it was in. */
  settled(): Promise<void>;
}
