import { ThroughputClient } from '@/lib/engine/throughput-client';
import { cellMs, planMs } from '@/lib/lab/estimate';
import { browserOf, systemOf } from '@/lib/lab/machine';
import { firstOrder } from '@/lib/lab/order';
import { type LabModel, type LabOrder, planLab } from '@/lib/lab/plan';
import type { LabMachine, LabResult } from '@/lib/lab/result';
import { type LabProgress, runLab } from '@/lib/lab/run';

export interface ThroughputState {
  order: LabOrder;
  running: boolean;
  progress: LabProgress | null;
  /** `performance.now()` when the run began. */
  startedAt: number;
  /** What is known of the last run, or of the one that goes on. */
  result: LabResult | null;
  /** Why a run broke as a whole, in one sentence; a cell that fails is part of the result. */
  problem: string | null;
  /** How many times as long as first expected a run takes on this machine; null before any. */
  pace: number | null;
}

/**
 * The measurements of this visit. They outlive the panel: a run goes on, and its result stays, while the reader looks at another
 * part of the page. News come five times a second at most.
 */
export class ThroughputSession {
  private state: ThroughputState;
  private readonly listeners = new Set<() => void>();
  /** Cancels the run that goes on. */
  private stop: (() => void) | null = null;

  constructor(
    private readonly modelsUrl: string,
    readonly models: readonly LabModel[],
  ) {
    this.state = {
      order: firstOrder(models),
      running: false,
      progress: null,
      startedAt: 0,
      result: null,
      problem: null,
      pace: null,
    };
  }

  readonly snapshot = (): ThroughputState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly setOrder = (order: LabOrder): void => this.set({ order });

  /** Measures what is ordered; nothing while a run goes on. */
  async run(): Promise<void> {
    if (this.stop) return;
    const { models } = this;
    const { order } = this.state;
    const plan = planLab(order, models);
    const client = new ThroughputClient({ modelsUrl: this.modelsUrl, threads: order.threads });
    let cancelled = false;
    this.stop = () => {
      cancelled = true;
      client.end();
    };
    this.set({
      running: true,
      startedAt: performance.now(),
      progress: null,
      result: null,
      problem: null,
    });
    try {
      const result = await runLab(plan, models, machineOf(order.threads), client, {
        onProgress: (progress) => this.set({ progress }),
        onResult: (result) => this.set({ result }),
        cancelled: () => cancelled,
        weightOf: (cell) => cellMs(models, cell),
      });
      this.set({ result });
      const whole = result.cells.every(({ outcome }) => outcome.kind !== 'failed');
      if (result.ended === 'finished' && whole)
        this.set({ pace: (60_000 * result.minutes) / planMs(plan, models) });
    } catch (cause) {
      this.set({ problem: cause instanceof Error ? cause.message : String(cause) });
    } finally {
      client.end();
      this.stop = null;
      this.set({ running: false, progress: null });
    }
  }

  /** Ends the run at once; what was measured stays. */
  readonly cancel = (): void => this.stop?.();

  private set(part: Partial<ThroughputState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

const sessions = new Map<string, ThroughputSession>();

/** The one session over the models at an address; a new one once models that could not be read before are there. */
export function sessionOf(modelsUrl: string, models: readonly LabModel[]): ThroughputSession {
  const known = sessions.get(modelsUrl);
  if (known && (known.snapshot().running || known.models.length >= models.length)) return known;
  const session = new ThroughputSession(modelsUrl, models);
  sessions.set(modelsUrl, session);
  return session;
}

function machineOf(threads: number): Omit<LabMachine, 'onnxruntime'> {
  const { userAgent, hardwareConcurrency } = navigator;
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return {
    browser: browserOf(userAgent),
    system: systemOf(userAgent),
    cores: hardwareConcurrency || 1,
    memoryGiB: deviceMemory ?? null,
    backend: 'wasm',
    threads,
  };
}
