import type { Crossing, CrossingPoint } from '@/lib/lab/crossover';
import type { Spread } from '@/lib/lab/stats';
import type { CallCounts } from './gpu-counts';
import type { PageResult } from './page';
import type { ModelId, Row } from './rows';
import type { Verdict } from './targets';

/** The machine and the programs that measured. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  browser: string;
  /** Null where only the page was measured. */
  ortWeb: string | null;
  ortNode: string | null;
  transformersJs: string | null;
  /** The ONNX Runtime inside transformers.js. */
  ortOfTransformersJs: string | null;
  /** Load of the machine when the bench began (one minute); null where the system tells none. */
  load: number | null;
}

export interface ModelFacts {
  id: ModelId;
  parameters: number;
  weightsSha256: string;
  contextLength: number;
}

/** A row in one kind of work. */
export interface WorkResult {
  row: string;
  work: string;
  batch: number;
  /** Tokens written by all sequences over the whole time, prompt included. */
  tokensPerSecond: Spread;
  firstTokenMs: Spread;
  heldBytes: number;
  allocatedBytes: number | null;
  /** Runs of the model for each token of one sequence, the prefill included. */
  runsPerToken: number;
  /** Tokens per second of the tiny-b4 row that it is compared with over its own, round by round. */
  block: { row: string; ratio: Spread } | null;
}

/** What a token costs at a length. */
export interface GrowthResult {
  row: string;
  length: number;
  msPerToken: Spread;
  /** Whether its first 16 tokens are those of the first row of its model at this length. */
  sameTokens: boolean;
  heldBytes: number;
  allocatedBytes: number | null;
}

export interface CrossoverResult {
  /** One sequence, or as many as fill the KV budget at each length. */
  mode: 'batch 1' | 'full budget';
  points: (CrossingPoint & { blockBatch: number; flatBatch: number })[];
  crossing: Crossing;
  trainedContext: number;
}

export interface RooflineResult {
  model: ModelId;
  row: string;
  /** Weight bytes that one run must read: each matrix once for each use. */
  bytes: number;
  /** Best single-thread product of a row and a matrix of as many bytes as a block's or token's, in the same build. */
  gigabytesPerSecond: number;
  /** Median. */
  runMs: number;
  /** Time to read `bytes` at that bandwidth, over the run's. */
  share: number;
  /** The same with a matrix of each weight once, which may fit into a cache that `bytes` outgrow: a harder bound. */
  distinctBytes: number;
  distinctGigabytesPerSecond: number;
  distinctShare: number;
}

export interface OutputCost {
  model: ModelId;
  row: string;
  length: number;
  appMs: number;
  quietMs: number;
  /** Part of the app's time per token that recording and handing out attention and logits costs, over rounds. */
  share: Spread;
}

export interface GpuResult {
  model: ModelId;
  row: string;
  steps: number;
  perStep: CallCounts;
  perToken: CallCounts;
  allocatedBytes: number;
  stepMs: number | null;
}

/** What the bench prints as JSON. Times in milliseconds. */
export interface Report {
  schema: 1;
  /** What was asked for: everything, three rows of models, or the page alone. */
  scope: 'full' | 'quick' | 'page';
  created: string;
  minutes: number;
  machine: Machine;
  models: ModelFacts[];
  /** What could not be measured, and why. */
  missing: { row: string; reason: string }[];
  rows: Row[];
  work: WorkResult[];
  growth: GrowthResult[];
  outputs: OutputCost[];
  crossover: CrossoverResult[];
  roofline: RooflineResult[];
  rivalCheck: { row: string; tokens: number; worst: number; accepted: boolean }[];
  webgpu: { adapter: string; software: boolean; rows: GpuResult[] } | null;
  page: PageResult | null;
  targets: Verdict[];
}
