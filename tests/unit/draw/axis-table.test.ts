import { describe, expect, it } from 'vitest';
import { axisTable } from '@/lib/draw/axis-table';
import { surprise } from '@/lib/model/softmax';
import { DIMS, recorded } from '../trace/synthetic';
import { branchOf } from './axis-sample';

const { trace } = recorded(2, 20, { ...DIMS, contextLength: 128 });
const label = (token: number) => `<${token}>`;

describe('the axis as a table', () => {
  it('has a row for each token in view, up to the cursor', () => {
    const { each, rows } = axisTable(trace, 13, 1, 12, label);
    expect(each).toBe('token');
    expect(rows.map((row) => row.name)).toEqual(
      Array.from({ length: 10 }, (_, i) => `token ${4 + i}`),
    );
    const bits = surprise(trace.logits(3, 1) ?? [], trace.tokens[13] ?? -1);
    // Width 6, two layers: 96 B a block; one layer: 48 B a position, 2 + 1 of them; three layers flat, 13 − 3 pads.
    expect(rows.at(-1)).toEqual({
      name: 'token 13',
      text: '<13>',
      mark: '',
      surprise: `${bits.toFixed(2)} bits`,
      global: '288 B',
      local: '144 B',
      flat: '1.4 KiB',
      sameLoss: null,
      now: true,
    });
  });

  it('says what was not measured in the prompt', () => {
    const [row] = axisTable(trace, 13, 0, 12, label).rows;
    expect(row).toMatchObject({ surprise: 'not measured', local: 'none' });
  });

  it('has a row for each block when many are in view, the last one up to the cursor', () => {
    const { each, rows } = axisTable(trace, 81, 0, 32, label);
    expect(each).toBe('block');
    expect(rows).toHaveLength(21);
    expect(rows[19]?.text).toBe('<76><77><78><79>');
    expect(rows[20]).toMatchObject({ name: 'block 20', text: '<80><81>', now: true });
    const bits = [0, 1].map((slot) =>
      surprise(trace.logits(20, slot) ?? [], trace.tokens[80 + slot] ?? -1),
    );
    expect(rows[20]?.surprise).toBe(`${(((bits[0] ?? 0) + (bits[1] ?? 0)) / 2).toFixed(2)} bits`);
  });

  it('says what the reader forced and where the run left its parent', () => {
    // Slot 2 of block 4 is token 18.
    const branch = branchOf(trace, 4, 2);
    const marks = (span: number, of = branch) =>
      axisTable(of, 27, 0, span, label)
        .rows.filter(({ mark }) => mark !== '')
        .map(({ name, mark }) => [name, mark]);
    expect(marks(12)).toEqual([['token 18', 'branch: from here on another text; forced']]);
    expect(marks(32)).toEqual([
      ['block 4', 'branch: from token 18 on another text; token 18 forced'],
    ]);
    expect(marks(12, trace)).toEqual([]);
  });
});
