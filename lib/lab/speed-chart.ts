import { scaleLinear, scaleLog } from 'd3';
import { count } from './plan';
import type { LabResult } from './result';
import { number } from './table';

/** A point of a line: one measured cell. */
export interface SpeedPoint {
  x: number;
  y: number;
  /** Ends of the range over the rounds. */
  low: number;
  high: number;
  batch: number;
  tokensPerSecond: number;
  /** In words. */
  label: string;
}

export interface SpeedLine {
  row: string;
  architecture: 'block' | 'flat';
  /** How many models of this architecture came before: tells lines of one colour apart. */
  shape: number;
  /** A flat model that writes one token a run. */
  perToken: boolean;
  points: SpeedPoint[];
  /** Where its name stands, behind its last point. */
  labelY: number;
}

/** The largest batch whose K and V fit: of all rows with the same one. */
export interface BudgetLine {
  x: number;
  batch: number;
  models: string[];
  /** The row of its label, 0 the topmost: neighbours are put under one another. */
  level: number;
  /** Which way its label goes from the line. */
  anchor: 'start' | 'end';
}

export interface SpeedChart {
  width: number;
  height: number;
  plot: { left: number; right: number; top: number; bottom: number };
  lines: SpeedLine[];
  budgets: BudgetLine[];
  xTicks: { x: number; text: string }[];
  yTicks: { y: number; text: string }[];
}

const LABEL_HEIGHT = 16;
/** Room that a budget label takes, about. */
const BUDGET_LABEL = 190;

/**
 * Tokens per second against batch size: batches on a scale of powers of two, speeds from 0 up. `labels` is the room for names at
 * the right. Null as long as nothing is measured.
 */
export function layoutSpeed(
  result: LabResult,
  { width, height, labels }: { width: number; height: number; labels: number },
): SpeedChart | null {
  const measured = result.cells.flatMap(({ row, batch, outcome }) =>
    outcome.kind === 'measured' ? [{ row, batch, speed: outcome.tokensPerSecond }] : [],
  );
  if (measured.length === 0) return null;
  const most = Math.max(...result.cells.map(({ batch }) => batch), 2);
  const fastest = Math.max(...measured.map(({ speed }) => speed.max));
  const shown = budgetsOf(result).filter(({ batch }) => batch <= 2 * most);
  const right = Math.max(most, ...shown.map(({ batch }) => batch));
  const plot = {
    left: 52,
    right: width - labels,
    top: 14 + LABEL_HEIGHT * shown.length,
    bottom: height - 40,
  };
  const x = scaleLog([1, right], [plot.left + 12, plot.right - 12]).base(2);
  const y = scaleLinear([0, fastest], [plot.bottom, plot.top]).nice(5);
  const lines = linesOf(result, measured, x, y);
  spreadLabels(lines, plot);
  return {
    width,
    height,
    plot,
    lines,
    budgets: shown.map((budget, level) => ({
      ...budget,
      x: x(budget.batch),
      level,
      anchor: x(budget.batch) + BUDGET_LABEL > width ? 'end' : 'start',
    })),
    xTicks: [...new Set(measured.map(({ batch }) => batch))]
      .sort((a, b) => a - b)
      .map((batch) => ({ x: x(batch), text: count(batch) })),
    yTicks: y.ticks(5).map((value) => ({ y: y(value), text: value.toLocaleString('en') })),
  };
}

function budgetsOf({ rows }: LabResult): { batch: number; models: string[] }[] {
  const models = new Map<number, string[]>();
  for (const { model, fits } of rows) {
    const known = models.get(fits) ?? [];
    if (fits > 0 && !known.includes(model)) models.set(fits, [...known, model]);
  }
  return [...models]
    .map(([batch, names]) => ({ batch, models: names }))
    .sort((a, b) => a.batch - b.batch);
}

type Measured = { row: string; batch: number; speed: { median: number; min: number; max: number } };

function linesOf(
  { rows }: LabResult,
  measured: readonly Measured[],
  x: (batch: number) => number,
  y: (speed: number) => number,
): SpeedLine[] {
  return rows.flatMap(({ id, model, architecture, tokensPerRun }) => {
    const points = measured
      .filter(({ row }) => row === id)
      .map(({ batch, speed }) => ({
        x: x(batch),
        y: y(speed.median),
        low: y(speed.min),
        high: y(speed.max),
        batch,
        tokensPerSecond: speed.median,
        label: `${id}, batch ${count(batch)}: ${number(speed.median)} tokens a second`,
      }));
    const last = points.at(-1);
    if (!last) return [];
    const kin = [
      ...new Set(rows.filter((one) => one.architecture === architecture).map((one) => one.model)),
    ];
    return [
      {
        row: id,
        architecture,
        shape: kin.indexOf(model),
        perToken: architecture === 'flat' && tokensPerRun === 1,
        points,
        labelY: last.y,
      },
    ];
  });
}

/** Moves names apart, so that none covers another, and keeps them inside the plot. */
function spreadLabels(lines: readonly SpeedLine[], plot: SpeedChart['plot']): void {
  const sorted = [...lines].sort((a, b) => a.labelY - b.labelY);
  let least = plot.top;
  for (const line of sorted) {
    line.labelY = Math.max(line.labelY, least);
    least = line.labelY + LABEL_HEIGHT;
  }
  let most = plot.bottom;
  for (const line of sorted.reverse()) {
    line.labelY = Math.min(line.labelY, most);
    most = line.labelY - LABEL_HEIGHT;
  }
}
