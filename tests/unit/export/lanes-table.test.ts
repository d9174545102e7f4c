import { describe, expect, it } from 'vitest';
import { laneTotals, tokenFigures } from '@/lib/compare/figures';
import { toCsv } from '@/lib/export/csv';
import { lanesTable, type ShownLane } from '@/lib/export/lanes-table';
import { blockTrace, flatTrace } from '../compare/traces';
import { DIMS } from '../trace/synthetic';

const text = (id: number) => (id === 2 ? ', "so"' : `t${id}`);
const upper: ShownLane = { lane: 'upper', trace: blockTrace(), text };
const lower: ShownLane = { lane: 'lower', trace: flatTrace(), text };
const CURSOR = 11;

const table = lanesTable([upper, lower], CURSOR);
const column = (lane: string, name: string) => {
  const at = table.columns.findIndex((one) => one.name === name);
  return table.rows.filter(([of]) => of === lane).map((row) => row[at]);
};

describe('the figures of two lanes as a table', () => {
  it('have a row a lane and token up to the cursor, as wide as their columns', () => {
    for (const { lane } of [upper, lower])
      expect(column(lane, 'token')).toEqual(Array.from({ length: CURSOR + 1 }, (_, i) => i));
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    expect(new Set(table.columns.map(({ name }) => name)).size).toBe(table.columns.length);
    expect(new Set(column('upper', 'model'))).toEqual(new Set([upper.trace.header.model.id]));
  });

  it('are what the page shows, token by token and in sum', () => {
    for (const { lane, trace } of [upper, lower]) {
      for (let token = 0; token <= CURSOR; token++) {
        const figures = tokenFigures(trace, token);
        expect(column(lane, 'held_bytes')[token]).toBe(figures.heldBytes);
        expect(column(lane, 'held_positions')[token]).toBe(figures.heldPositions);
        expect(column(lane, 'local_bytes')[token]).toBe(figures.localBytes);
        expect(column(lane, 'given')[token]).toBe(figures.given);
        expect(column(lane, 'surprise_bits')[token]).toBe(figures.surprise);
      }
      const sum = (name: string) =>
        column(lane, name).reduce<number>((total, value) => total + Number(value ?? 0), 0);
      const totals = laneTotals(trace, CURSOR);
      expect(sum('keys_read')).toBeCloseTo(totals.keysRead, 6);
      expect(sum('kv_bytes_read')).toBeCloseTo(totals.kvBytesRead, 6);
      expect(sum('multiply_adds')).toBeCloseTo(totals.multiplyAdds, 6);
      expect(sum('ms')).toBeCloseTo(totals.ms, 6);
    }
  });

  it('leave out what was not measured, and what a lane has not written', () => {
    for (const name of ['keys_read', 'multiply_adds', 'ms', 'surprise_bits'])
      expect(column('upper', name).slice(0, 5)).toEqual(new Array(5).fill(null));
    const beyond = lanesTable([upper, lower], 1000);
    const blocks = 4 * DIMS.blockLength;
    expect(beyond.rows.filter(([lane]) => lane === 'upper')).toHaveLength(blocks - 3);
    expect(beyond.rows.filter(([lane]) => lane === 'lower')).toHaveLength(5 + 7);
  });

  it('are CSV that a spreadsheet reads back', () => {
    const lines = toCsv(
      table.columns.map(({ name }) => name),
      table.rows,
    ).split('\r\n');
    expect(lines[0]).toMatch(/^lane,model,cache,token,id,text,given,held_positions,/);
    expect(lines).toHaveLength(table.rows.length + 2);
    const quoted = table.rows.findIndex((row) => row[5] === ', "so"');
    expect(lines[quoted + 1]).toContain('", ""so"""');
  });
});
