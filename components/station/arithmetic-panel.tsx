'use client';

import {
  type BarLane,
  barAt,
  compareRows,
  layoutBarLane,
  MATCH_TOLERANCE,
  moveBar,
  paintBarLane,
  rangeOf,
} from '@/lib/draw/arithmetic';
import { attentionArithmetic, headOf } from '@/lib/model/arithmetic';
import { placeOf } from '@/lib/model/layout';
import type { ArithmeticCell } from '@/lib/store/station-slice';
import type { Trace } from '@/lib/trace/trace';
import { useMoment } from '../page-context';
import { CursorFigure } from './cursor-figure';
import styles from './station.module.css';
import { useInspection } from './use-inspection';

interface ArithmeticPanelProps {
  cell: ArithmeticCell | null;
  /** A position of the map in words: a block, a prefix or a slot. */
  nameOf(position: number): string;
}

/** How a weight comes about: q · k product by product, scale, mask, softmax over the row, and whether that is what was recorded. */
export function ArithmeticPanel({ cell, nameOf }: ArithmeticPanelProps) {
  const { trace, cursor } = useMoment();
  return (
    <section className={styles.arithmetic} aria-label="Arithmetic of a cell">
      {trace && cursor !== null && cell ? (
        <Arithmetic trace={trace} cursor={cursor} cell={cell} nameOf={nameOf} />
      ) : (
        <div className={styles.invite}>
          <b>Arithmetic of a cell</b>
          <p>
            Choose a weight in the picture to see how it comes about: q · k, product by product,
            then scale, mask and softmax.
          </p>
        </div>
      )}
    </section>
  );
}

interface ArithmeticProps extends ArithmeticPanelProps {
  trace: Trace;
  cursor: number;
  cell: ArithmeticCell;
}

function Arithmetic({ trace, cursor, cell, nameOf }: ArithmeticProps) {
  const place = placeOf(cursor, trace.dims);
  const { map, row, column, layer, head } = cell;
  const last = map === 'global' ? place.globalRow : place.localRow;
  // Rows never change, so the first block after a global row is enough to know it.
  const inspection = useInspection(trace, map === 'global' ? row + 1 : place.block);
  const title = (
    <h3>
      {nameOf(row)} → {nameOf(column)}
      <small>
        layer {layer}, head {head}
      </small>
    </h3>
  );
  if (row > last) {
    return (
      <>
        {title}
        <p className={styles.note}>At this token the row is not computed yet.</p>
      </>
    );
  }
  if (inspection.state !== 'ready') {
    return (
      <>
        {title}
        <p className={styles.note} role="status">
          {inspection.state === 'loading'
            ? 'Computing queries and keys once more, from the tokens …'
            : inspection.message}
        </p>
      </>
    );
  }
  const { headWidth } = trace.dims;
  const { globalQueries, globalKeys, localQueries, localKeys, block } = inspection.inspection;
  const ofHead = (values: Float32Array) =>
    headOf(values, layer, head, trace.dims, map === 'global' ? block : trace.localSide);
  const queries = ofHead(map === 'global' ? globalQueries : localQueries);
  const keys = ofHead(map === 'global' ? globalKeys : localKeys);
  const sum = attentionArithmetic(queries, keys, row, column, headWidth);
  const recorded = recordedRow(trace, cell, place.block);
  const check = recorded && compareRows(sum.weights, recorded);
  const side = map === 'global' ? last + 1 : trace.localSide;
  const masked = side - sum.row.length;
  const family = map === 'global' ? 'global' : 'local';
  const products = rangeOf(sum.products);
  const scores = rangeOf(sum.row);
  const q = queries.subarray(row * headWidth, (row + 1) * headWidth);
  const k = keys.subarray(column * headWidth, (column + 1) * headWidth);
  return (
    <>
      {title}
      <Lane
        title="q · k"
        aside={`${headWidth} products, they add up to ${signed(sum.dot)}`}
        family={family}
        label={`${headWidth} products of query and key.`}
        data={{ values: sum.products, ...products }}
        describe={(i) =>
          `q${sub(i)} × k${sub(i)} = ${signed(q[i])} × ${signed(k[i])} = ${signed(sum.products[i])}`
        }
        idle={`from ${signed(products.from)} to ${signed(products.to)}`}
      />
      <p className={styles.sum}>
        <b>scale</b>
        <span>
          {signed(sum.dot)} × 1/√{headWidth} = <b>{signed(sum.score)}</b>
        </span>
      </p>
      <p className={styles.sum}>
        <b>mask</b>
        {masked > 0
          ? `${nameOf(row)} sees ${sum.row.length} positions; ${masked === 1 ? 'the one after it is' : `the ${masked} after it are`} hidden (−10⁹)`
          : `${nameOf(row)} sees all ${sum.row.length} positions: none comes later`}
      </p>
      <Lane
        title="scores of the row"
        aside={`from ${signed(scores.from)} to ${signed(scores.to)}`}
        family={family}
        label={`Scores of ${nameOf(row)} over ${sum.row.length} positions.`}
        data={{ values: sum.row, ...scores, masked, marked: column }}
        describe={(i) => `${nameOf(row)} → ${nameOf(i)}: score ${signed(sum.row[i])}`}
        idle={`${nameOf(column)} is marked`}
      />
      <Lane
        title="softmax"
        aside={`scale 0–1; ${nameOf(column)}: ${sum.value.toFixed(4)}`}
        family={family}
        label={`Weights of ${nameOf(row)} over ${sum.row.length} positions.`}
        data={{ values: sum.weights, from: 0, to: 1, masked, marked: column }}
        describe={(i) =>
          `${nameOf(row)} → ${nameOf(i)}: ${(sum.weights[i] ?? 0).toFixed(4)}, recorded ${(recorded?.[i] ?? 0).toFixed(4)}`
        }
        idle={`exp(${signed(sum.score)}) ÷ the sum over the row = ${sum.value.toFixed(4)}`}
      />
      {check && (
        <p className={styles.check} data-matches={check.matches}>
          {check.matches
            ? `Matches the recorded row: the largest difference is ${check.largest.toExponential(1)}, within ${MATCH_TOLERANCE}.`
            : `Does not match the recorded row: the largest difference is ${check.largest.toExponential(1)}, above ${MATCH_TOLERANCE}.`}
        </p>
      )}
    </>
  );
}

interface LaneProps {
  title: string;
  aside: string;
  family: 'global' | 'local';
  label: string;
  data: Parameters<typeof layoutBarLane>[0];
  describe(index: number): string;
  idle: string;
}

/** One row of numbers as bars, each readable. */
function Lane({ title, aside, family, label, data, describe, idle }: LaneProps) {
  return (
    <div className={styles.lane}>
      <h4>
        {title}
        <small>{aside}</small>
      </h4>
      <CursorFigure<BarLane, number>
        label={label}
        className={styles.laneBars}
        depends={() => [data.values, data.masked, data.marked]}
        layout={(size) =>
          layoutBarLane(data, { x: 1, y: 1, width: size.width - 2, height: size.height - 2 })
        }
        paint={(ctx, lane, selected, theme) =>
          paintBarLane(ctx, lane, selected, theme, theme[family])
        }
        at={barAt}
        move={(lane, from, _down, right) => moveBar(lane, from, right)}
        describe={(_, index) => describe(index)}
      >
        {idle}
      </CursorFigure>
    </div>
  );
}

/** The row as the run recorded it. */
function recordedRow(
  trace: Trace,
  { map, layer, head, row }: ArithmeticCell,
  block: number,
): Float32Array | null {
  if (map === 'global') return row < trace.rows ? trace.globalRow(row, layer, head) : null;
  const side = trace.localSide;
  return trace.localMap(block, layer, head)?.subarray(row * side, row * side + row + 1) ?? null;
}

function signed(value = Number.NaN): string {
  return value.toFixed(3).replace('-', '−');
}

/** A number as an index below the line. */
function sub(index: number): string {
  return [...String(index)].map((digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]).join('');
}
