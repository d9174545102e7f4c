import { useEffect, useRef, useState } from 'react';
import { ThroughputClient } from '@/lib/engine/throughput-client';
import { cellMs, planMs } from '@/lib/lab/estimate';
import { browserOf, systemOf } from '@/lib/lab/machine';
import type { LabModel, LabPlan } from '@/lib/lab/plan';
import type { LabMachine, LabResult } from '@/lib/lab/result';
import { type LabProgress, runLab } from '@/lib/lab/run';

export interface Throughput {
  running: boolean;
  progress: LabProgress | null;
  /** `performance.now()` when the run began. */
  startedAt: number;
  /** What is known of the last run, or of the one that goes on. */
  result: LabResult | null;
  /** Why a run broke as a whole, in one sentence; a cell that fails is part of the result. */
  problem: string | null;
  /** How many times as long as first expected measurements take on this machine; null before any. */
  pace: number | null;
  run(plan: LabPlan, models: readonly LabModel[]): void;
  cancel(): void;
}

/** Messages of a job come five times a second; results after each. */
export function useThroughput(modelsUrl: string): Throughput {
  const [running, setRunning] = useState(false);
  const [progress, setProgress] = useState<LabProgress | null>(null);
  const [result, setResult] = useState<LabResult | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [pace, setPace] = useState<number | null>(null);
  const startedAt = useRef(0);
  /** Cancels the run that goes on. */
  const stop = useRef<(() => void) | null>(null);

  useEffect(() => () => stop.current?.(), []);

  const run = (plan: LabPlan, models: readonly LabModel[]) => {
    if (stop.current) return;
    const { threads } = plan.order;
    const client = new ThroughputClient({ modelsUrl, threads });
    let cancelled = false;
    stop.current = () => {
      cancelled = true;
      client.end();
    };
    startedAt.current = performance.now();
    setRunning(true);
    setProblem(null);
    setProgress(null);
    setResult(null);
    runLab(plan, models, { ...machineHere(), threads }, client, {
      onProgress: setProgress,
      onResult: setResult,
      cancelled: () => cancelled,
      weightOf: (cell) => cellMs(models, cell),
    })
      .then((finished) => {
        setResult(finished);
        const whole = finished.cells.every(({ outcome }) => outcome.kind !== 'failed');
        if (finished.ended === 'finished' && whole)
          setPace((60_000 * finished.minutes) / planMs(plan, models));
      })
      .catch((cause) => setProblem(cause instanceof Error ? cause.message : String(cause)))
      .finally(() => {
        client.end();
        stop.current = null;
        setRunning(false);
        setProgress(null);
      });
  };

  return {
    running,
    progress,
    startedAt: startedAt.current,
    result,
    problem,
    pace,
    run,
    cancel: () => stop.current?.(),
  };
}

function machineHere(): Omit<LabMachine, 'onnxruntime' | 'threads'> {
  const { userAgent, hardwareConcurrency } = navigator;
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return {
    browser: browserOf(userAgent),
    system: systemOf(userAgent),
    cores: hardwareConcurrency || 1,
    memoryGiB: deviceMemory ?? null,
    backend: 'wasm',
  };
}
