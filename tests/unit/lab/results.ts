import { compareRows } from '@/lib/lab/compare';
import { planLab } from '@/lib/lab/plan';
import type { CellResult, LabResult } from '@/lib/lab/result';
import { spread } from '@/lib/lab/stats';
import { LAB_MODELS } from './models';

/** A measured cell that wrote `speed` tokens a second, with a cost of `pace` milliseconds a token at the two lengths. */
export function cell(
  row: string,
  batch: number,
  speed: number,
  pace: [number, number] = [1, 1],
): CellResult {
  return {
    row,
    batch,
    outcome: {
      kind: 'measured',
      tokensPerSecond: spread([speed, speed, speed]),
      firstTokenMs: spread([40, 50, 60]),
      totalMs: 1000,
      prefillMs: row === 'tiny-b4' ? 100 : 600,
      stepMs: row === 'tiny-b4' ? 850 : 350,
      outsideMs: 50,
      runs: 29,
      heldBytes: 1024,
      allocatedBytes: 2048,
      pace: [
        { length: 200, msPerToken: pace[0] },
        { length: 400, msPerToken: pace[1] },
      ],
      speeds: [speed, speed, speed],
      firstTokens: [5, 6, 7],
    },
  };
}

/** A finished result of `cells`, compared as a run compares them. */
export function resultOf(cells: CellResult[], ended: LabResult['ended'] = 'finished'): LabResult {
  const plan = planLab(
    {
      models: LAB_MODELS.map(({ id }) => id),
      input: 896,
      output: 112,
      batches: { kind: 'growing', most: 8 },
      budgetBytes: 64 * 1024 * 1024,
      rounds: 3,
      threads: 1,
    },
    LAB_MODELS,
  );
  return {
    format: 'blockscope-throughput',
    version: 1,
    created: '2026-11-23T16:00:00.000Z',
    ended,
    minutes: 1,
    machine: {
      browser: 'Chromium 156',
      system: 'Linux',
      cores: 2,
      memoryGiB: 8,
      backend: 'wasm',
      threads: 1,
      onnxruntime: '1.30.0',
    },
    models: LAB_MODELS.map(({ id, architecture, parameters, weights, dims }) => ({
      id,
      architecture,
      parameters,
      weightsSha256: weights.sha256,
      contextLength: dims.contextLength,
    })),
    work: { input: 896, output: 112 },
    budgetBytes: 64 * 1024 * 1024,
    rows: plan.rows.map((row) => ({ ...row, fits: plan.fits[row.id] ?? 0 })),
    cells,
    comparisons: compareRows(plan.rows, LAB_MODELS, cells),
    left: { allocatedBytes: 0, openSessions: 0 },
  };
}
