import type { Job } from '@/lib/engine/quiet-job';
import type { ThroughputRow } from '@/lib/engine/throughput-engine';
import type { ThroughputSample } from '@/lib/engine/throughput-sample';
import { compareRows } from './compare';
import type { LabCell, LabModel, LabPlan, LabRow } from './plan';
import type { CellResult, LabMachine, LabResult } from './result';
import { interleave } from './rounds';
import { spread } from './stats';

/** Who measures: a worker of the page, or in tests the engine itself. Rejections carry one sentence as their message. */
export interface Bench {
  /** Loads a model; the version of ONNX Runtime. */
  open(model: string): Promise<string>;
  measure(
    row: ThroughputRow,
    job: Job,
    budgetBytes: number,
    onWrote?: (tokens: number) => void,
  ): Promise<ThroughputSample>;
  /** Releases everything, and says what is left. */
  close(): Promise<{ allocatedBytes: number; openSessions: number }>;
  /** Gives everything up at once; the next `open` begins afresh. */
  end(): void;
}

/** What is being done. */
export interface LabProgress {
  text: string;
  /** Of all that is to be measured, 0–1, by the work that it is expected to be. */
  share: number;
}

export interface LabHooks {
  onProgress(progress: LabProgress): void;
  /** After every measurement: what is known so far. */
  onResult(result: LabResult): void;
  /** True once the reader cancelled; `bench.end()` then wakes whoever waits. */
  cancelled(): boolean;
  /** What a cell is expected to cost, in any one unit. */
  weightOf(cell: LabCell): number;
  now?(): Date;
}

/** Tokens of the run before the clock starts: about 16 runs, in which the browser optimises its code. */
const WARM_UP = { input: 24, output: 64 };

/**
 * Measures a plan: every row is warmed up, then rounds go through all cells in turn, one at a time. A cell that fails says why
 * and the rest goes on, in a fresh worker; larger batches of its row are not tried. Resolves with the result, cancelled or not.
 */
export async function runLab(
  plan: LabPlan,
  models: readonly LabModel[],
  machine: Omit<LabMachine, 'onnxruntime'>,
  bench: Bench,
  hooks: LabHooks,
): Promise<LabResult> {
  const run = new LabRun(plan, models, machine, bench, hooks);
  await run.warmUp();
  await run.measure();
  return run.finish();
}

class LabRun {
  private readonly samples = new Map<LabCell, ThroughputSample[]>();
  private readonly failures = new Map<LabCell, string>();
  private readonly open = new Set<string>();
  private readonly warm = new Set<string>();
  private version = '';
  private done = 0;
  private readonly total: number;
  private readonly created: Date;
  private readonly started = performance.now();

  constructor(
    private readonly plan: LabPlan,
    private readonly models: readonly LabModel[],
    private readonly machine: Omit<LabMachine, 'onnxruntime'>,
    private readonly bench: Bench,
    private readonly hooks: LabHooks,
  ) {
    this.created = hooks.now?.() ?? new Date();
    const { cells, order } = plan;
    this.total = order.rounds * cells.reduce((sum, cell) => sum + hooks.weightOf(cell), 0);
  }

  async warmUp(): Promise<void> {
    for (const row of this.plan.rows) {
      const cells = this.plan.cells.filter((cell) => cell.row === row);
      if (cells.length === 0 || this.hooks.cancelled()) continue;
      try {
        await this.ready(row);
      } catch (cause) {
        if (this.hooks.cancelled()) return;
        for (const cell of cells) this.failures.set(cell, sentenceOf(cause));
        this.restart();
      }
    }
    this.tell();
  }

  async measure(): Promise<void> {
    const { cells, order } = this.plan;
    const tried = cells.filter((cell) => !this.failures.has(cell));
    await interleave(
      tried,
      {
        least: order.rounds,
        most: order.rounds,
        budgetMs: Number.POSITIVE_INFINITY,
        stopped: this.hooks.cancelled,
      },
      (cell, round) => this.measureCell(cell, round),
      (cell, cause) => {
        this.failures.set(cell, sentenceOf(cause));
        this.samples.delete(cell);
        this.done += this.hooks.weightOf(cell);
        this.restart();
        this.tell();
      },
    );
  }

  async finish(): Promise<LabResult> {
    const cancelled = this.hooks.cancelled();
    let left: LabResult['left'] = null;
    if (!cancelled) {
      this.hooks.onProgress({ text: 'Giving the memory back', share: 1 });
      left = await this.bench.close().catch(() => null);
    }
    this.bench.end();
    return this.result(cancelled ? 'cancelled' : 'finished', left);
  }

  private async measureCell(cell: LabCell, round: number): Promise<void> {
    const { row, job } = cell;
    if (this.overtaxed(cell))
      throw new Error('Left out, since fewer sequences of it were too many already.');
    await this.ready(row);
    const weight = this.hooks.weightOf(cell);
    const of = `Round ${round + 1} of ${this.plan.order.rounds}: ${row.id}, batch ${job.batch}`;
    const length = job.input + job.output;
    this.progress(of, 0);
    const sample = await this.bench.measure(row, job, this.plan.order.budgetBytes, (tokens) =>
      this.progress(
        `${of}, ${tokens} of ${job.output} tokens`,
        (weight * (job.input + tokens)) / length,
      ),
    );
    this.samples.set(cell, [...(this.samples.get(cell) ?? []), sample]);
    this.done += weight;
    this.tell();
  }

  /** Whether a smaller batch of the row failed, once it was there. */
  private overtaxed({ row, job }: LabCell): boolean {
    return [...this.failures.keys()].some(
      (failed) => failed.row === row && failed.job.batch < job.batch,
    );
  }

  /** Opens a row's model and warms the row up, unless this worker has done so. */
  private async ready(row: LabRow): Promise<void> {
    if (!this.open.has(row.model)) {
      this.progress(`Loading ${row.model}`, 0);
      this.version = await this.bench.open(row.model);
      this.open.add(row.model);
    }
    if (this.warm.has(row.id)) return;
    this.progress(`Warming up ${row.id}`, 0);
    const { input, output, budgetBytes } = this.plan.order;
    const job = {
      input: Math.min(WARM_UP.input, input),
      output: Math.min(WARM_UP.output, output),
      batch: 1,
    };
    await this.bench.measure(row, job, budgetBytes);
    this.warm.add(row.id);
  }

  /** A runtime that ran out of memory is not to be trusted: the next measurement begins a fresh worker. */
  private restart(): void {
    this.bench.end();
    this.open.clear();
    this.warm.clear();
  }

  private progress(text: string, within: number): void {
    const share = this.total === 0 ? 1 : Math.min(1, (this.done + within) / this.total);
    this.hooks.onProgress({ text, share });
  }

  private tell(): void {
    this.hooks.onResult(this.result('running', null));
  }

  private result(ended: LabResult['ended'], left: LabResult['left']): LabResult {
    const { order, rows, fits } = this.plan;
    const cells = this.cells();
    return {
      format: 'blockscope-throughput',
      version: 1,
      created: this.created.toISOString(),
      ended,
      minutes: (performance.now() - this.started) / 60_000,
      machine: { ...this.machine, onnxruntime: this.version },
      models: this.models
        .filter(({ id }) => rows.some((row) => row.model === id))
        .map(({ id, architecture, parameters, weights, dims }) => ({
          id,
          architecture,
          parameters,
          weightsSha256: weights.sha256,
          contextLength: dims.contextLength,
        })),
      work: { input: order.input, output: order.output },
      budgetBytes: order.budgetBytes,
      rows: rows.map((row) => ({ ...row, fits: fits[row.id] ?? 0 })),
      cells,
      comparisons: compareRows(rows, this.models, cells),
      left,
    };
  }

  private cells(): CellResult[] {
    const { rows, cells, leftOut } = this.plan;
    const all = [
      ...cells.map((cell) => ({
        row: cell.row.id,
        batch: cell.job.batch,
        outcome: this.outcome(cell),
      })),
      ...leftOut.map(({ row, batch, reason }) => ({
        row: row.id,
        batch,
        outcome: { kind: 'left-out' as const, reason },
      })),
    ];
    const place = ({ row }: CellResult) => rows.findIndex(({ id }) => id === row);
    return all.sort((a, b) => place(a) - place(b) || a.batch - b.batch);
  }

  private outcome(cell: LabCell): CellResult['outcome'] {
    const reason = this.failures.get(cell);
    if (reason !== undefined) return { kind: 'failed', reason };
    const samples = this.samples.get(cell) ?? [];
    return samples.length === 0 ? { kind: 'not-measured' } : summary(cell.job, samples);
  }
}

/**
 * A cell over its rounds: medians, and where the time went in the round in the middle, whose parts add up. Throws RangeError
 * without samples.
 */
export function summary(
  { output, batch }: Job,
  samples: readonly ThroughputSample[],
): Extract<CellResult['outcome'], { kind: 'measured' }> {
  const speeds = samples.map(({ totalMs }) => (1000 * output * batch) / totalMs);
  const median = (of: (sample: ThroughputSample) => number) => spread(samples.map(of)).median;
  const sorted = [...samples].sort((a, b) => a.totalMs - b.totalMs);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (!middle) throw new RangeError('no measurements to summarise');
  return {
    kind: 'measured',
    tokensPerSecond: spread(speeds),
    firstTokenMs: spread(samples.map(({ firstTokenMs }) => firstTokenMs)),
    totalMs: middle.totalMs,
    prefillMs: middle.prefillMs,
    stepMs: middle.stepMs,
    outsideMs: middle.outsideMs,
    runs: middle.runs,
    heldBytes: middle.heldBytes,
    allocatedBytes: middle.allocatedBytes,
    pace: middle.pace.map(({ length }, i) => ({
      length,
      msPerToken: median(({ pace }) => pace[i]?.msPerToken ?? 0),
    })),
    speeds,
    firstTokens: middle.ids.slice(0, 16),
  };
}

function sentenceOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
