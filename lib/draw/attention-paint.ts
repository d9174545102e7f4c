import type { MapGeometry } from './attention-map';
import { type Context2D, paintHatch, setTokenFont } from './shapes';
import { type Ramp, rampIndex, type Theme } from './theme';

/** Cells smaller than this are painted as pixels of an image. */
const SMALL_CELL = 4;

/** Paints cells, hatch above the diagonal, labels, the cursor's row and the selected cell. */
export function paintMap(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { cell } = geometry;
  paintMasked(ctx, geometry, theme);
  if (cell < SMALL_CELL) paintPixels(ctx, geometry, ramp);
  else paintCells(ctx, geometry, theme, ramp);
  if (geometry.numbers) paintNumbers(ctx, geometry, theme, ramp);
  paintFrame(ctx, geometry, theme);
  paintLabels(ctx, geometry, theme);
  paintMarks(ctx, geometry, theme);
}

/** Paints cells and hatch alone: a map among many. */
export function paintThumbnail(
  ctx: Context2D,
  geometry: MapGeometry,
  theme: Theme,
  ramp: Ramp,
): void {
  paintMasked(ctx, geometry, theme);
  if (geometry.cell < SMALL_CELL) paintPixels(ctx, geometry, ramp);
  else paintCells(ctx, geometry, theme, ramp);
}

function paintCells(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { square, cell, size, rows } = geometry;
  const side = cell >= 8 ? cell - 1 : cell;
  for (let row = 0; row < rows; row++) {
    ctx.globalAlpha = row === geometry.current ? geometry.arrival : 1;
    for (let column = 0; column <= row; column++) {
      const value = geometry.values[row * size + column] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      ctx.fillStyle = ramp.css[rampIndex(value)] ?? theme.panel;
      ctx.fillRect(square.x + column * cell, square.y + row * cell, side, side);
    }
  }
  ctx.globalAlpha = 1;
}

/** Many small cells: one pixel each, scaled up without smoothing. */
function paintPixels(ctx: Context2D, geometry: MapGeometry, ramp: Ramp): void {
  const { square, cell, size, rows } = geometry;
  const image = new ImageData(size, size);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column <= row; column++) {
      const at = row * size + column;
      const colour = rampIndex(geometry.values[at] ?? 0) * 3;
      image.data[at * 4] = ramp.rgb[colour] ?? 0;
      image.data[at * 4 + 1] = ramp.rgb[colour + 1] ?? 0;
      image.data[at * 4 + 2] = ramp.rgb[colour + 2] ?? 0;
      image.data[at * 4 + 3] = 255;
    }
  }
  const pixels = new OffscreenCanvas(size, size);
  pixels.getContext('2d')?.putImageData(image, 0, 0);
  // Cells under a pixel are averaged: none may be left out.
  ctx.imageSmoothingEnabled = cell < 1;
  ctx.drawImage(pixels, square.x, square.y, square.width, square.height);
}

function paintMasked(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  const { square, cell, rows } = geometry;
  if (rows === 0) return;
  ctx.save();
  ctx.beginPath();
  ctx.moveTo(square.x + square.width, square.y);
  for (let row = 0; row < rows; row++) {
    const x = square.x + (row + 1) * cell;
    ctx.lineTo(x, square.y + row * cell);
    ctx.lineTo(x, square.y + (row + 1) * cell);
  }
  ctx.lineTo(square.x + square.width, square.y + rows * cell);
  ctx.clip();
  paintHatch(ctx, { ...square, height: rows * cell }, theme);
  ctx.restore();
}

function paintNumbers(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { square, cell, size, rows } = geometry;
  if (cell < 27) return;
  ctx.font = `500 12px ${theme.sans}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column <= row; column++) {
      const value = geometry.values[row * size + column] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      ctx.fillStyle = ramp.ink[rampIndex(value)] ?? theme.ink;
      const x = square.x + (column + 0.5) * cell - 0.5;
      ctx.fillText(shortWeight(value), x, square.y + (row + 0.5) * cell + 0.5);
    }
  }
}

/** `.37`, `1`, `0`: two decimals without the leading zero, as cells have room for. */
export function shortWeight(value: number): string {
  const text = value.toFixed(2);
  if (text === '0.00') return value > 0 ? '<.01' : '0';
  return text.startsWith('0') ? text.slice(1) : text === '1.00' ? '1' : text;
}

function paintFrame(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  const { square } = geometry;
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.strokeRect(square.x - 0.5, square.y - 0.5, square.width + 1, square.height + 1);
}

function paintLabels(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  ctx.textBaseline = 'middle';
  ctx.textAlign = geometry.labelAlign;
  for (const label of geometry.rowLabels) {
    const strong = label.index === geometry.current;
    ctx.fillStyle = strong ? theme.ink : theme.mute;
    setTokenFont(ctx, theme, strong ? 600 : 400);
    ctx.fillText(label.text, label.x, label.y);
  }
  ctx.textAlign = 'left';
  for (const note of geometry.rowNotes) {
    const strong = note.index === geometry.current;
    ctx.fillStyle = strong ? theme.now : theme.mute;
    ctx.font = `${strong ? 600 : 400} 12px ${theme.sans}`;
    ctx.fillText(note.text, note.x, note.y);
  }
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'center';
  ctx.font = `400 12px ${theme.mono}`;
  ctx.fillStyle = theme.mute;
  for (const label of geometry.columnLabels) ctx.fillText(label.text, label.x, label.y);
}

function paintMarks(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  const { square, cell, current, selected } = geometry;
  if (current !== null && current < geometry.rows) {
    ctx.strokeStyle = theme.now;
    ctx.lineWidth = 2;
    const height = Math.max(cell, 3);
    ctx.strokeRect(
      square.x - 1,
      square.y + current * cell - 1,
      (current + 1) * cell + 1,
      height + 1,
    );
  }
  if (selected && selected.row < geometry.rows) {
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 2;
    const side = Math.max(cell - 1, 5);
    ctx.strokeRect(square.x + selected.column * cell, square.y + selected.row * cell, side, side);
  }
}
