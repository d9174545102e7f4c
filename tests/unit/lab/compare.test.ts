import { describe, expect, test } from 'vitest';
import { labMarkdown } from '@/lib/lab/markdown';
import { PAPER_RATIOS } from '@/lib/lab/paper';
import { labResultSchema } from '@/lib/lab/result';
import { spread } from '@/lib/lab/stats';
import { caution, crossover, findings, headline } from '@/lib/lab/words';
import { cell, resultOf } from './results';

const MATCH = 'tiny-flat-match, unrolled';
const SAME = 'tiny-flat-same, per token';

/** At batch 1 the fair rival is twice as fast; from 4 on it is behind; the same-size rival is always behind. */
const result = resultOf([
  cell('tiny-b4', 1, 50, [2, 2]),
  cell('tiny-b4', 2, 90, [2, 2]),
  cell('tiny-b4', 4, 160, [2, 2]),
  cell('tiny-b4', 8, 300, [2, 2]),
  cell(MATCH, 1, 100, [1, 1.5]),
  cell(MATCH, 2, 120, [1, 3]),
  cell(MATCH, 4, 130, [3, 4]),
  cell(SAME, 1, 40, [3, 4]),
  { row: SAME, batch: 2, outcome: { kind: 'failed', reason: 'No memory.' } },
]);
const against = (flat: string) => {
  const found = result.comparisons.find((one) => one.flat === flat);
  if (!found) throw new Error(`no comparison with ${flat}`);
  return found;
};

describe('ratios', () => {
  test('are taken at every batch that both have, and at the largest of each', () => {
    const { rival, ratios } = against(MATCH);
    expect(rival).toBe('same loss');
    expect(
      ratios.map(({ at, blockBatch, flatBatch, ratio }) => [
        at,
        blockBatch,
        flatBatch,
        ratio.median,
      ]),
    ).toEqual([
      ['same batch', 1, 1, 0.5],
      ['same batch', 2, 2, 0.75],
      ['same batch', 4, 4, 160 / 130],
      ['largest', 8, 4, 300 / 130],
    ]);
    expect(against(SAME).rival).toBe('same size');
  });

  test('are there only for rows that were measured', () => {
    expect(result.comparisons.map(({ flat }) => flat)).toEqual([MATCH, SAME]);
    expect(resultOf([cell('tiny-b4', 1, 50)]).comparisons).toEqual([]);
  });

  test('are told first of the rival with the same loss, and of its faster way', () => {
    expect(headline(result.comparisons)?.flat).toBe(MATCH);
    const faster = 'tiny-flat-match, per token';
    const both = resultOf([cell('tiny-b4', 1, 50), cell(MATCH, 1, 100), cell(faster, 1, 110)]);
    expect(headline(both.comparisons)?.flat).toBe(faster);
    expect(headline([])).toBeNull();
  });
});

describe('the crossover', () => {
  test('in batches is the first from which the block model stays ahead', () => {
    expect(against(MATCH).batches).toEqual({ from: 1, to: 4, kind: 'at', batch: 4 });
    expect(against(SAME).batches).toEqual({ from: 1, to: 1, kind: 'always', batch: 1 });
    const never = resultOf([cell('tiny-b4', 1, 50), cell(MATCH, 1, 100)]);
    expect(never.comparisons[0]?.batches).toEqual({ from: 1, to: 1, kind: 'never', batch: 1 });
  });

  test('in context length is interpolated, or said not to be in the range', () => {
    expect(against(MATCH).lengths).toEqual([
      { batch: 1, from: 200, to: 400, crossing: { kind: 'never', length: 400 } },
      { batch: 2, from: 200, to: 400, crossing: { kind: 'at', length: 300 } },
      { batch: 4, from: 200, to: 400, crossing: { kind: 'always', length: 200 } },
    ]);
    const said = crossover(against(MATCH));
    expect(said[0]).toBe(
      `tiny-b4 writes more tokens a second than ${MATCH} (same loss) from batch 4 on, of the batches measured (1 to 4).`,
    );
    expect(said[1]).toBe(
      'By context length, of the 200–400 tokens measured, the next token comes sooner from tiny-b4: batch 1 not in the range; batch 2 from about 300 on; batch 4 at all of them.',
    );
  });
});

describe('what is said of a result', () => {
  test('is honest when the flat model wins at batch 1, and gives the reason', () => {
    const [first, last, time] = findings(result);
    expect(first).toBe(
      `With one sequence ${MATCH} (same loss) wrote 2.00 times as many tokens a second as tiny-b4: a run reads all weights for one sequence alone, and tiny-b4 has 3.62 times as many.`,
    );
    expect(last).toBe(
      `At the largest batch measured of each (8 and 4) tiny-b4 wrote 2.31 times as many as ${MATCH}.`,
    );
    expect(time).toContain('10.0 % of the time of tiny-b4 and 60.0 % of that of');
    expect(time).toContain('K and V of 43 sequences of the one and 16 of the other fit in 64 MiB');
  });

  test('warns when the rounds of a measurement differ by much, and not when they agree', () => {
    expect(caution(result)).toBeNull();
    expect(labMarkdown(result)).not.toContain('take these numbers as rough');
    const rough = cell('tiny-b4', 1, 50);
    if (rough.outcome.kind !== 'measured') throw new Error('not measured');
    rough.outcome.tokensPerSecond = spread([20, 50, 60]);
    expect(caution(resultOf([rough]))).toContain('differ by up to 3.00 times');
    expect(labMarkdown(resultOf([rough]))).toContain('take these numbers as rough');
  });

  test('is nothing without two models to compare, and calls near speeds the same', () => {
    expect(findings(resultOf([cell('tiny-b4', 1, 50)]))).toEqual([]);
    const near = resultOf([cell('tiny-b4', 1, 101), cell(MATCH, 1, 100)]);
    expect(findings(near)[0]).toContain('as fast as each other, within 5 %');
  });
});

describe('what leaves the page', () => {
  test('as JSON fits its schema, and a changed number does not', () => {
    const json = JSON.parse(JSON.stringify(result));
    expect(labResultSchema.parse(json)).toEqual(result);
    json.cells[0].outcome.totalMs = -1;
    expect(labResultSchema.safeParse(json).success).toBe(false);
  });

  test('as Markdown says where it ran, what came out and what the paper measured', () => {
    const text = labMarkdown(result);
    expect(text).toContain('## Throughput, 896 tokens in, 112 out');
    expect(text).toContain('Measured 2026-11-23 16:00 UTC in Chromium 156 on Linux, 2 cores');
    expect(text).toContain('WASM, 1 thread, onnxruntime-web 1.30.0');
    expect(text).toContain('weights SHA-256 `aaaaaaaaaaaaaaaa`');
    expect(text).toMatch(
      /\| tiny-b4 \| 8 \| 300 \| 50\.0 ms \| 10\.0 % \| 85\.0 % \| 5\.0 % \| 1 KiB \| 2 KiB \| 3 \|/,
    );
    expect(text).toContain(`| ${SAME} | 2 | No memory. |`);
    expect(text).toMatch(/\| block 302M over flat 85M \| same loss \| 9\.1 × \| 7\.1 × \|/);
    expect(text).not.toContain('Cancelled');
    expect(labMarkdown(resultOf(result.cells, 'cancelled'))).toContain('Cancelled');
  });
});

test('the paper’s ratios are those of its Table 1: 7 to 16 at the same loss, 19 to 26 at the same size', () => {
  const of = (rival: string) =>
    PAPER_RATIOS.filter((one) => one.rival === rival).flatMap(({ prefill, decode }) => [
      Number(prefill.toFixed(1)),
      Number(decode.toFixed(1)),
    ]);
  expect(of('same loss')).toEqual([8.6, 7.1, 9.1, 7.1, 15.5, 12.2]);
  expect(of('same size')).toEqual([25.2, 19.5, 25.4, 22.1, 25.7, 21.7, 26.3, 21]);
});
