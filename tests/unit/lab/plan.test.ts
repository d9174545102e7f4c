import { describe, expect, test } from 'vitest';
import { cellMs, planMs } from '@/lib/lab/estimate';
import { fitting, type LabOrder, planLab } from '@/lib/lab/plan';
import { rivalName } from '@/lib/lab/rival';
import { sequenceBytes } from '@/lib/lab/work';
import { LAB_MODELS } from './models';

const MIB = 1024 * 1024;
const ORDER: LabOrder = {
  models: LAB_MODELS.map(({ id }) => id),
  input: 896,
  output: 112,
  batches: { kind: 'growing', most: 8 },
  budgetBytes: 64 * MIB,
  rounds: 3,
  threads: 1,
};
const batches = (plan: ReturnType<typeof planLab>, row: string) =>
  plan.cells.filter((cell) => cell.row.id === row).map(({ job }) => job.batch);

describe('a plan', () => {
  test('has a row for a block model and two for a flat one, in the order of the models', () => {
    const { rows } = planLab(ORDER, LAB_MODELS);
    expect(rows.map(({ id, tokensPerRun }) => [id, tokensPerRun])).toEqual([
      ['tiny-b4', 4],
      ['tiny-flat-match, unrolled', 4],
      ['tiny-flat-match, per token', 1],
      ['tiny-flat-same, unrolled', 4],
      ['tiny-flat-same, per token', 1],
    ]);
    expect(planLab({ ...ORDER, models: ['tiny-b4'] }, LAB_MODELS).rows).toHaveLength(1);
  });

  test('doubles the batch up to what was asked for, but never past the budget', () => {
    const plan = planLab(ORDER, LAB_MODELS);
    expect(batches(plan, 'tiny-b4')).toEqual([1, 2, 4, 8]);
    expect(batches(plan, 'tiny-flat-same, unrolled')).toEqual([1, 2, 4]);
    expect(plan.leftOut.map(({ row, batch }) => [row.id, batch])).toEqual([
      ['tiny-flat-same, unrolled', 8],
      ['tiny-flat-same, per token', 8],
    ]);
    expect(plan.leftOut[0]?.reason).toBe(
      'Its K and V would take 94.5 MiB, more than the budget of 64 MiB.',
    );
    for (const cell of plan.cells) {
      const dims = LAB_MODELS.find(({ id }) => id === cell.row.model)?.dims;
      expect(dims && cell.job.batch * sequenceBytes(dims, 1008)).toBe(cell.cacheBytes);
      expect(cell.cacheBytes).toBeLessThanOrEqual(ORDER.budgetBytes);
    }
  });

  test('fills the budget: one sequence more would not fit', () => {
    const plan = planLab({ ...ORDER, batches: { kind: 'budget' } }, LAB_MODELS);
    expect(plan.fits).toEqual({
      'tiny-b4': 43,
      'tiny-flat-match, unrolled': 16,
      'tiny-flat-match, per token': 16,
      'tiny-flat-same, unrolled': 5,
      'tiny-flat-same, per token': 5,
    });
    expect(batches(plan, 'tiny-b4')).toEqual([1, 43]);
    for (const model of LAB_MODELS) {
      const fits = fitting(model, 1008, ORDER.budgetBytes);
      expect((fits + 1) * sequenceBytes(model.dims, 1008)).toBeGreaterThan(ORDER.budgetBytes);
    }
    expect(plan.leftOut).toEqual([]);
  });

  test('leaves out, with a reason, a budget too small for one and a context too short', () => {
    const small = planLab(
      { ...ORDER, budgetBytes: 2 * MIB, batches: { kind: 'budget' } },
      LAB_MODELS,
    );
    expect(small.cells.map(({ row }) => row.id)).toEqual(['tiny-b4']);
    expect(small.leftOut.every(({ batch }) => batch === 1)).toBe(true);
    const long = planLab({ ...ORDER, input: 1024 }, LAB_MODELS);
    expect(long.cells).toEqual([]);
    expect(long.leftOut[0]?.reason).toBe('1,136 tokens do not fit in its context of 1,024.');
  });
});

test('an estimate grows with batch, output and rounds, and follows what was measured', () => {
  const plan = planLab(ORDER, LAB_MODELS);
  const [one, two] = plan.cells;
  if (!one || !two) throw new Error('no cells');
  expect(cellMs(LAB_MODELS, two)).toBeGreaterThan(1.5 * cellMs(LAB_MODELS, one));
  const base = planMs(plan, LAB_MODELS);
  expect(planMs(planLab({ ...ORDER, output: 128 }, LAB_MODELS), LAB_MODELS)).toBeGreaterThan(base);
  const twice = planMs(planLab({ ...ORDER, rounds: 6 }, LAB_MODELS), LAB_MODELS);
  // Loading and warming up come once.
  expect(twice).toBeLessThan(2 * base);
  expect(planMs(plan, LAB_MODELS, 2)).toBe(2 * base);
});

test('a rival is named by what it has in common, from decoders and held-out losses', () => {
  const [block, match, same] = LAB_MODELS;
  if (!block || !match || !same) throw new Error('no models');
  expect(rivalName(block, match)).toBe('same loss');
  expect(rivalName(block, same)).toBe('same size');
  const scored = (lossPerToken: number, text = 'held out') => ({
    ...same,
    scores: same.scores.map((score) => ({ ...score, lossPerToken, text })),
  });
  expect(rivalName(block, scored(3.0))).toBe('same size, same loss');
  // Another text says nothing about the loss.
  expect(rivalName(block, scored(3.0, 'other'))).toBe('same size');
  expect(rivalName(block, { ...match, scores: [] })).toBe('other size and loss');
});
