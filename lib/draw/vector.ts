import type { Context2D, Rect } from './shapes';

/** A vector as small bars around zero, folded into rows; heights go by the square root, so that small values show. */
export interface VectorGeometry {
  rect: Rect;
  perRow: number;
  bars: { x: number; y: number; width: number; height: number; value: number }[];
  zeros: number[];
  /** The value whose bar would fill half a row: the scale, stated beside the drawing. */
  reach: number;
}

/** Folds `values` into rows of `perRow` bars; `reach` is the value at full height. */
export function layoutVector(
  values: Float32Array,
  perRow: number,
  reach: number,
  rect: Rect,
): VectorGeometry {
  const rows = Math.max(1, Math.ceil(values.length / perRow));
  const rowHeight = rect.height / rows;
  const width = rect.width / perRow;
  const half = (rowHeight - 2) / 2;
  const bars = Array.from(values, (value, i) => {
    const row = Math.floor(i / perRow);
    const zero = rect.y + row * rowHeight + rowHeight / 2;
    const height = Math.sign(value) * Math.sqrt(Math.min(1, Math.abs(value) / reach)) * half;
    return {
      x: rect.x + (i % perRow) * width,
      y: zero - Math.max(0, height),
      width,
      height: Math.abs(height),
      value,
    };
  });
  const zeros = Array.from({ length: rows }, (_, row) => rect.y + (row + 0.5) * rowHeight);
  return { rect, perRow, bars, zeros, reach };
}

/** The scale that shows all of `values`: their largest magnitude. */
export function reachOf(values: Float32Array): number {
  let reach = 0;
  for (const value of values) reach = Math.max(reach, Math.abs(value));
  return reach || 1;
}

/** The index of the value at a point; null outside. */
export function valueAt(geometry: VectorGeometry, x: number, y: number): number | null {
  const { rect, perRow, bars, zeros } = geometry;
  const column = Math.floor(((x - rect.x) / rect.width) * perRow);
  const row = Math.floor(((y - rect.y) / rect.height) * zeros.length);
  if (column < 0 || column >= perRow || row < 0 || row >= zeros.length) return null;
  const index = row * perRow + column;
  return index < bars.length ? index : null;
}

/** Where an arrow key leads from a value; the first one is value 0. */
export function moveValue(
  { perRow, bars }: VectorGeometry,
  index: number | null,
  down: number,
  right: number,
): number {
  if (index === null) return 0;
  const next = index + down * perRow + right;
  return next >= 0 && next < bars.length ? next : index;
}

/** Marks one value over the height of its row. */
export function paintChosenValue(
  ctx: Context2D,
  { bars, zeros, perRow, rect }: VectorGeometry,
  index: number,
  theme: { ink: string },
): void {
  const bar = bars[index];
  const zero = zeros[Math.floor(index / perRow)];
  if (!bar || zero === undefined) return;
  const height = rect.height / zeros.length;
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(bar.x - 1, zero - height / 2 + 0.5, bar.width + 1.6, height - 1);
}

/** Paints the bars in one colour over faint zero lines. */
export function paintVector(
  ctx: Context2D,
  geometry: VectorGeometry,
  colour: string,
  line: string,
): void {
  const { rect } = geometry;
  ctx.fillStyle = line;
  for (const y of geometry.zeros) ctx.fillRect(rect.x, y - 0.5, rect.width, 1);
  ctx.fillStyle = colour;
  for (const bar of geometry.bars) {
    ctx.fillRect(bar.x, bar.y, Math.max(0.6, bar.width - 0.4), Math.max(0.5, bar.height));
  }
}
