import { describe, expect, it } from 'vitest';
import type { Cell } from '@/lib/export/csv';
import { type ExportTable, tableOf } from '@/lib/export/tables';
import { flatBytes, globalHeldBytes, localHeldBytes } from '@/lib/model/cost';
import { softmax, surprise } from '@/lib/model/softmax';
import { globalWeights } from '@/lib/trace/heads';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import { DIMS } from '../trace/synthetic';
import { shownAt, trace } from './shown';

/** A column of a table by its name. */
function column(table: ExportTable | null, name: string): Cell[] {
  const at = table?.columns.findIndex((one) => one.name === name) ?? -1;
  if (!table || at < 0) throw new Error(`no column ${name}`);
  return table.rows.map((row) => row[at] ?? null);
}

const floats = (cells: Cell[]) => cells.map((cell) => Math.fround(Number(cell)));

// Token 18 is slot 2 of block 4, the second one written.
describe('the table of a panel', () => {
  it('holds every weight of the global map up to the cursor', () => {
    const table = tableOf('global', shownAt(18));
    expect(table?.rows).toHaveLength(1 + 2 + 3 + 4);
    const wanted = [0, 1, 2, 3].flatMap((row) => Array.from(trace.globalRow(row, 1, 2)));
    expect(floats(column(table, 'weight'))).toEqual(wanted);
    expect(column(table, 'query_block')).toEqual([0, 1, 1, 2, 2, 2, 3, 3, 3, 3]);
    expect(column(table, 'key_block')).toEqual([0, 0, 1, 0, 1, 2, 0, 1, 2, 3]);
    expect(column(table, 'query_text')[9]).toBe('=1+1\n "so", <b>');
  });

  it('holds the row at the cursor alone, for a mean of heads and with what the view leaves out', () => {
    const view = { ...DEFAULT_MAP_VIEW, hideFirst: true };
    const shown = shownAt(18, { global: { layer: 'all', head: 'mean' }, view });
    const table = tableOf('global', shown, 'row');
    expect(floats(column(table, 'weight'))).toEqual(
      Array.from(globalWeights(trace, 3, { layer: 'all', head: 'mean' })),
    );
    expect(column(table, 'left_out')).toEqual([true, false, false, false]);
  });

  it('holds the local map up to the row at the cursor, and what each row chose', () => {
    const table = tableOf('local', shownAt(18));
    const map = trace.localMap(4, 0, 1) ?? new Float32Array();
    const side = trace.localSide;
    const wanted = [0, 1, 2, 3].flatMap((row) =>
      Array.from(map.subarray(row * side, row * side + row + 1)),
    );
    expect(floats(column(table, 'weight'))).toEqual(wanted);
    expect(column(table, 'query').at(-1)).toBe('slot 1');
    expect(column(table, 'predicts_slot')).toEqual([null, 0, 0, 1, 1, 1, 2, 2, 2, 2]);
  });

  it('holds the vectors', () => {
    const table = tableOf('context', shownAt(18));
    expect(floats(column(table, 'value'))).toEqual([
      ...(trace.context(3) ?? []),
      ...(trace.prefixes(4) ?? []),
    ]);
    expect(new Set(column(table, 'vector'))).toEqual(
      new Set(['context 3', 'prefix 0', 'prefix 1']),
    );
  });

  it('holds the distribution over all entries, the likeliest first', () => {
    const table = tableOf('next', shownAt(18));
    const logits = trace.logits(4, 2) ?? new Float32Array();
    const ids = column(table, 'id').map(Number);
    const probabilities = column(table, 'probability').map(Number);
    expect(ids).toHaveLength(DIMS.vocabulary);
    const wanted = softmax(logits, trace.header.sampling.temperature);
    expect(probabilities).toEqual(ids.map((id) => wanted[id]));
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    expect(floats(column(table, 'logit'))).toEqual(ids.map((id) => logits[id]));
    expect(ids.filter((_, i) => column(table, 'picked')[i])).toEqual([trace.tokens[18]]);
    // Pads are never drawn.
    expect(ids.filter((_, i) => !column(table, 'kept')[i])).toEqual([0]);
  });

  it('holds bytes and surprise of every token up to the cursor', () => {
    const cache = tableOf('cache', shownAt(18));
    const axis = tableOf('axis', shownAt(18));
    expect(column(cache, 'token')).toEqual(Array.from({ length: 19 }, (_, i) => i));
    for (const table of [cache, axis]) {
      expect(column(table, 'global_bytes')[18]).toBe(globalHeldBytes(18, DIMS));
      expect(column(table, 'local_bytes')[18]).toBe(localHeldBytes(18, DIMS));
      expect(column(table, 'local_bytes')[11]).toBe(0);
      expect(column(table, 'flat_same_size_bytes')[18]).toBe(flatBytes(15, DIMS));
      // No flat model of the same loss as the test's model is known.
      expect(column(table, 'flat_same_loss_bytes')[18]).toBeNull();
    }
    expect(column(cache, 'allocated_bytes')[0]).toBe(4096);
    const bits = column(axis, 'surprise_bits');
    expect(bits.slice(0, 12)).toEqual(Array(12).fill(null));
    const logits = trace.logits(4, 2) ?? new Float32Array();
    expect(bits[18]).toBeCloseTo(surprise(logits, trace.tokens[18] ?? 0), 5);
    expect(column(axis, 'kind').slice(2, 4)).toEqual(['pad', 'prompt']);
    expect(floats(column(axis, 'attention').slice(12, 16))).toEqual(
      Array(4).fill(trace.globalRow(3, 1, 2)[3]),
    );
    expect(column(axis, 'attention')[16]).toBe(null);
  });

  it('is none where the panel has no numbers', () => {
    expect(tableOf('global', shownAt(2))).toBe(null);
    for (const panel of ['local', 'next'] as const) expect(tableOf(panel, shownAt(6))).toBe(null);
    expect(tableOf('context', shownAt(6))?.rows).toHaveLength(DIMS.width);
  });
});
