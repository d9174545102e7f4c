import { expect, test } from 'vitest';
import type { ThroughputSample } from '@/lib/engine/throughput-sample';
import { type LabOrder, planLab } from '@/lib/lab/plan';
import { labResultSchema } from '@/lib/lab/result';
import { type Bench, type LabHooks, runLab } from '@/lib/lab/run';
import { LAB_MODELS } from './models';

const ORDER: LabOrder = {
  models: ['tiny-b4', 'tiny-flat-match'],
  input: 896,
  output: 112,
  batches: { kind: 'growing', most: 4 },
  budgetBytes: 64 * 1024 * 1024,
  rounds: 2,
  threads: 1,
};
const MACHINE = {
  browser: 'test',
  system: 'test',
  cores: 2,
  memoryGiB: null,
  backend: 'wasm' as const,
  threads: 1,
};

const sample = (totalMs: number): ThroughputSample => ({
  totalMs,
  firstTokenMs: 1,
  prefillMs: 0.5,
  stepMs: totalMs - 1,
  outsideMs: 0.5,
  runs: 29,
  heldBytes: 10,
  allocatedBytes: 20,
  pace: [{ length: 950, msPerToken: 1 }],
  ids: [1, 2],
});

/** Notes what it is asked; `answer` gives the time of a job, or throws. */
function benchOf(answer: (asked: string) => number) {
  const log: string[] = [];
  const bench: Bench = {
    open: async (model) => {
      log.push(`open ${model}`);
      answer(`open ${model}`);
      return '1.30.0';
    },
    measure: async ({ model, tokensPerRun }, { input, batch }) => {
      const asked = `${model} ${tokensPerRun} × ${batch}${input === 896 ? '' : ' warm'}`;
      log.push(asked);
      return sample(answer(asked));
    },
    close: async () => {
      log.push('close');
      return { allocatedBytes: 0, openSessions: 0 };
    },
    end: () => {
      log.push('end');
    },
  };
  return { bench, log };
}

function run(bench: Bench, hooks: Partial<LabHooks> = {}, order: LabOrder = ORDER) {
  return runLab(planLab(order, LAB_MODELS), LAB_MODELS, MACHINE, bench, {
    onProgress: () => {},
    onResult: () => {},
    cancelled: () => false,
    weightOf: () => 1,
    ...hooks,
  });
}

test('warms every row up first, then takes all cells in turn, each round one later, and gives everything back', async () => {
  const { bench, log } = benchOf(() => 100);
  const order: LabOrder = { ...ORDER, batches: { kind: 'growing', most: 1 } };
  const shares: number[] = [];
  const result = await run(bench, { onProgress: ({ share }) => shares.push(share) }, order);
  expect(log).toEqual([
    'open tiny-b4',
    'tiny-b4 4 × 1 warm',
    'open tiny-flat-match',
    'tiny-flat-match 4 × 1 warm',
    'tiny-flat-match 1 × 1 warm',
    'tiny-b4 4 × 1',
    'tiny-flat-match 4 × 1',
    'tiny-flat-match 1 × 1',
    'tiny-flat-match 4 × 1',
    'tiny-flat-match 1 × 1',
    'tiny-b4 4 × 1',
    'close',
    'end',
  ]);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect([result.ended, shares.at(-1)]).toEqual(['finished', 1]);
  expect(result.left).toEqual({ allocatedBytes: 0, openSessions: 0 });
  expect(labResultSchema.safeParse(result).success).toBe(true);
});

test('takes the median of the rounds, and speed counts the tokens of all sequences', async () => {
  const times = [100, 300, 200];
  const { bench } = benchOf((asked) =>
    asked === 'tiny-b4 4 × 4' ? (times.shift() ?? Number.NaN) : 100,
  );
  const result = await run(bench, {}, { ...ORDER, rounds: 3 });
  const cell = result.cells.find(({ row, batch }) => row === 'tiny-b4' && batch === 4);
  if (cell?.outcome.kind !== 'measured') throw new Error('not measured');
  expect(cell.outcome.totalMs).toBe(200);
  expect(cell.outcome.tokensPerSecond.median).toBe((1000 * 112 * 4) / 200);
  expect(cell.outcome.tokensPerSecond.rounds).toBe(3);
});

test('a cell that fails is one sentence; the rest goes on in a fresh worker, and larger batches are not tried', async () => {
  const { bench, log } = benchOf((asked) => {
    if (asked === 'tiny-flat-match 4 × 2') throw new Error('There was no memory.');
    return 100;
  });
  const result = await run(bench);
  const outcomes = Object.fromEntries(
    result.cells.map(({ row, batch, outcome }) => [`${row} × ${batch}`, outcome]),
  );
  expect(outcomes['tiny-flat-match, unrolled × 1']).toMatchObject({ kind: 'measured' });
  expect(outcomes['tiny-flat-match, unrolled × 2']).toEqual({
    kind: 'failed',
    reason: 'There was no memory.',
  });
  expect(outcomes['tiny-flat-match, unrolled × 4']).toMatchObject({
    kind: 'failed',
    reason: 'Left out, since fewer sequences of it were too many already.',
  });
  expect(log).not.toContain('tiny-flat-match 4 × 4');
  for (const name of ['tiny-b4', 'tiny-flat-match, per token'])
    for (const batch of [1, 2, 4])
      expect(outcomes[`${name} × ${batch}`]).toMatchObject({
        kind: 'measured',
        tokensPerSecond: { rounds: 2 },
      });
  // After the failure the models are opened again.
  const failed = log.indexOf('tiny-flat-match 4 × 2');
  expect(log[failed + 1]).toBe('end');
  expect(log.slice(failed).filter((line) => line.startsWith('open'))).toHaveLength(2);
});

test('a model that cannot be loaded leaves the others to be measured', async () => {
  const { bench } = benchOf((asked) => {
    if (asked === 'open tiny-flat-match') throw new Error('The model could not be loaded.');
    return 100;
  });
  const result = await run(bench);
  for (const { row, outcome } of result.cells)
    expect(outcome).toMatchObject(
      row === 'tiny-b4'
        ? { kind: 'measured' }
        : { kind: 'failed', reason: 'The model could not be loaded.' },
    );
});

test('cancelled in the middle, it keeps what was measured and asks for nothing more', async () => {
  let cancelled = false;
  const { bench, log } = benchOf((asked) => {
    if (asked === 'tiny-flat-match 1 × 1') {
      cancelled = true;
      throw new Error('ended');
    }
    return 100;
  });
  const result = await run(bench, { cancelled: () => cancelled });
  expect(result.ended).toBe('cancelled');
  expect(log.slice(log.indexOf('tiny-flat-match 1 × 1') + 1)).toEqual(['end']);
  const kinds = result.cells.map(({ outcome }) => outcome.kind);
  expect(new Set(kinds)).toEqual(new Set(['measured', 'not-measured']));
  expect(result.left).toBeNull();
  expect(labResultSchema.safeParse(result).success).toBe(true);
});
