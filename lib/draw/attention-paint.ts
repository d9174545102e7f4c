import type { ScaleName } from '@/lib/trace/map-view';
import type { MapGeometry } from './attention-map';
import { type Context2D, paintHatch, setTokenFont, textWidth } from './shapes';
import { type Ramp, rampIndex, SCALES, type Theme } from './theme';

/** Cells smaller than this are painted as pixels of an image. */
const SMALL_CELL = 4;
/** Cells at least this large have room for the dot of what is left out. */
const DOT_CELL = 10;
/** Of the type's size: cells at least this large have room for their weight. */
const NUMBER_CELL = 2.2;

/** Paints cells, hatch above the diagonal, labels, the cursor's row and the selected cell. */
export function paintMap(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  paintThumbnail(ctx, geometry, theme, ramp);
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
  if (geometry.cell < SMALL_CELL) paintPixels(ctx, geometry, theme, ramp);
  else paintCells(ctx, geometry, theme, ramp);
  paintEarlier(ctx, geometry, theme, ramp);
}

function paintCells(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { square, cell, size, written, first, scale } = geometry;
  const side = sideOf(cell);
  for (let i = 0; i < written; i++) {
    ctx.globalAlpha = first + i === geometry.current ? geometry.arrival : 1;
    for (let j = 0; j <= i; j++) {
      const at = i * size + j;
      const value = geometry.values[at] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const x = square.x + j * cell;
      const y = square.y + i * cell;
      if (geometry.leftOut[at] === 1) paintLeftOut(ctx, x, y, side, theme);
      else {
        ctx.fillStyle = ramp.css[rampIndex(value, scale)] ?? theme.panel;
        ctx.fillRect(x, y, side, side);
      }
    }
  }
  ctx.globalAlpha = 1;
}

/** Large cells leave a gap of one pixel to the next. */
function sideOf(cell: number): number {
  return cell >= 8 ? cell - 1 : cell;
}

/** A weight that is known and not shown: neither a colour of the scale nor hatch. */
function paintLeftOut(ctx: Context2D, x: number, y: number, side: number, theme: Theme): void {
  ctx.fillStyle = theme.line;
  ctx.fillRect(x, y, side, side);
  if (side < DOT_CELL) return;
  const dot = side >= 20 ? 4 : 2;
  ctx.fillStyle = theme.mute;
  ctx.fillRect(x + (side - dot) / 2, y + (side - dot) / 2, dot, dot);
}

/** Many small cells: one pixel each, scaled up without smoothing. */
function paintPixels(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { square, cell, size } = geometry;
  const image = new ImageData(size, size);
  fillPixels(image.data, geometry, ramp, rgbOf(theme.line));
  const pixels = new OffscreenCanvas(size, size);
  pixels.getContext('2d')?.putImageData(image, 0, 0);
  // Cells under a pixel are averaged: none may be left out.
  ctx.imageSmoothingEnabled = cell < 1;
  ctx.drawImage(pixels, square.x, square.y, square.width, square.height);
}

/** Writes the cells of a map as pixels, [size, size, RGBA]; what is masked or not written stays transparent. */
export function fillPixels(
  pixels: Uint8ClampedArray,
  { size, written, values, leftOut, scale }: MapGeometry,
  ramp: Ramp,
  leftOutColour: readonly [number, number, number],
): void {
  for (let i = 0; i < written; i++) {
    for (let j = 0; j <= i; j++) {
      const at = i * size + j;
      if (Number.isNaN(values[at])) continue;
      const colour = rampIndex(values[at] ?? 0, scale) * 3;
      for (let part = 0; part < 3; part++) {
        pixels[at * 4 + part] =
          (leftOut[at] === 1 ? leftOutColour[part] : ramp.rgb[colour + part]) ?? 0;
      }
      pixels[at * 4 + 3] = 255;
    }
  }
}

function rgbOf(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The joined earlier keys, one cell a row. */
function paintEarlier(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { earlier, square, cell, written, first, scale } = geometry;
  if (!earlier) return;
  const width = Math.max(sideOf(cell), 2);
  for (let i = 0; i < written; i++) {
    const value = earlier.values[i] ?? Number.NaN;
    ctx.globalAlpha = first + i === geometry.current ? geometry.arrival : 1;
    const y = square.y + i * cell;
    ctx.fillStyle =
      earlier.leftOut[i] === 1 ? theme.line : (ramp.css[rampIndex(value, scale)] ?? theme.panel);
    ctx.fillRect(earlier.x, y, width, sideOf(cell));
  }
  ctx.globalAlpha = 1;
}

/** What a query cannot see, hatched: the steps above the diagonal, and below it what it no longer holds. */
function paintMasked(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  const { square, cell, written, size, values } = geometry;
  if (written === 0) return;
  ctx.save();
  ctx.beginPath();
  ctx.moveTo(square.x + square.width, square.y);
  for (let i = 0; i < written; i++) {
    const x = square.x + (i + 1) * cell;
    ctx.lineTo(x, square.y + i * cell);
    ctx.lineTo(x, square.y + (i + 1) * cell);
  }
  ctx.lineTo(square.x + square.width, square.y + written * cell);
  for (let i = 0; i < written; i++) {
    // Neighbours as one piece.
    for (let j = 0, from = 0; j <= i + 1; j++) {
      if (j <= i && Number.isNaN(values[i * size + j])) continue;
      if (j > from) ctx.rect(square.x + from * cell, square.y + i * cell, (j - from) * cell, cell);
      from = j + 1;
    }
  }
  ctx.clip();
  paintHatch(ctx, { ...square, height: written * cell }, theme);
  ctx.restore();
}

function paintNumbers(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { square, cell, size, written, scale, type } = geometry;
  if (cell < type * NUMBER_CELL) return;
  ctx.font = `500 ${type}px ${theme.sans}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (let i = 0; i < written; i++) {
    for (let j = 0; j <= i; j++) {
      const at = i * size + j;
      const value = geometry.values[at] ?? Number.NaN;
      if (Number.isNaN(value) || geometry.leftOut[at] === 1) continue;
      ctx.fillStyle = ramp.ink[rampIndex(value, scale)] ?? theme.ink;
      const x = square.x + (j + 0.5) * cell - 0.5;
      // The longest, `<.01`, is squeezed into a tight cell.
      ctx.fillText(shortWeight(value), x, square.y + (i + 0.5) * cell + 0.5, cell - 3);
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
  const { square, earlier, cell } = geometry;
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.strokeRect(square.x - 0.5, square.y - 0.5, square.width + 1, square.height + 1);
  if (earlier) {
    const width = Math.max(sideOf(cell), 2);
    ctx.strokeRect(earlier.x - 0.5, square.y - 0.5, width + 1, square.height + 1);
  }
}

function paintLabels(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  const { selected, lit, earlier, cell, square, type } = geometry;
  ctx.textBaseline = 'middle';
  ctx.textAlign = geometry.labelAlign;
  for (const label of geometry.rowLabels) {
    const strong = label.index === geometry.current;
    const pointed = label.index === (selected?.row ?? lit);
    ctx.fillStyle = strong || pointed ? theme.ink : theme.mute;
    setTokenFont(ctx, theme, strong ? 600 : 400, type);
    ctx.fillText(label.text, label.x, label.y);
  }
  ctx.textAlign = 'left';
  for (const note of geometry.rowNotes) {
    const strong = note.index === geometry.current;
    ctx.fillStyle = strong ? theme.now : theme.mute;
    ctx.font = `${strong ? 600 : 400} ${type}px ${theme.sans}`;
    ctx.fillText(note.text, note.x, note.y);
  }
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'center';
  ctx.font = `400 ${type}px ${theme.mono}`;
  for (const label of geometry.columnLabels) {
    ctx.fillStyle = label.index === (selected?.column ?? lit) ? theme.ink : theme.mute;
    ctx.fillText(label.text, label.x, label.y);
  }
  if (earlier) {
    ctx.fillStyle = theme.mute;
    ctx.fillText('Σ', earlier.x + cell / 2, square.y - 5);
  }
}

function paintMarks(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  const { square, cell, first, written, current, selected, lit, earlier } = geometry;
  if (selected) paintCross(ctx, geometry, theme, selected.row, selected.column);
  else if (lit !== null) paintCross(ctx, geometry, theme, lit, lit);
  if (current !== null && current - first < written) {
    const i = current - first;
    const left = earlier?.x ?? square.x;
    ctx.strokeStyle = theme.now;
    ctx.lineWidth = 2;
    const height = Math.max(cell, 3);
    const right = square.x + (i + 1) * cell;
    ctx.strokeRect(left - 1, square.y + i * cell - 1, right - left + 1, height + 1);
  }
  if (selected && selected.row - first < written && selected.row >= first) {
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 2;
    const side = Math.max(cell - 1, 5);
    const x = selected.column < 0 ? (earlier?.x ?? square.x) : columnX(geometry, selected.column);
    ctx.strokeRect(x, square.y + (selected.row - first) * cell, side, side);
  }
}

function columnX({ square, cell, first }: MapGeometry, column: number): number {
  return square.x + (column - first) * cell;
}

/** Thin lines along a row up to the diagonal and down a column from it. */
function paintCross(
  ctx: Context2D,
  geometry: MapGeometry,
  theme: Theme,
  row: number,
  column: number,
): void {
  const { square, cell, first, size, written, earlier } = geometry;
  const i = row - first;
  const j = column - first;
  ctx.strokeStyle = theme.ink;
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = 1;
  if (i >= 0 && i < written) {
    const left = earlier?.x ?? square.x;
    const width = square.x + (i + 1) * cell - left;
    ctx.strokeRect(left - 0.5, square.y + i * cell - 0.5, width, Math.max(cell, 3));
  }
  if (j >= 0 && j < size && j < written) {
    const x = square.x + j * cell - 0.5;
    ctx.strokeRect(x, square.y + j * cell - 0.5, Math.max(cell, 3), (written - j) * cell);
  }
  ctx.globalAlpha = 1;
}

/** Paints a map's key in one line around `y`: the scale by name, what hatching means and, if anything is, what is left out. */
export function paintMapKey(
  ctx: Context2D,
  at: { x: number; y: number },
  scale: ScaleName,
  leavesOut: boolean,
  theme: Theme,
  ramp: Ramp,
): void {
  const { y } = at;
  let { x } = at;
  const font = `400 12px ${theme.sans}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const word = (text: string, gap: number) => {
    ctx.fillStyle = theme.mute;
    const width = textWidth(ctx, theme, font, text);
    ctx.fillText(text, x, y);
    x += width + gap;
  };
  word('0', 6);
  ctx.save();
  ctx.translate(x, y - 5);
  paintRamp(ctx, { width: 96, height: 10 }, ramp);
  ctx.restore();
  x += 102;
  word('1', 8);
  word(`${SCALES[scale].name} (${SCALES[scale].formula}, w the weight)`, 20);
  paintHatch(ctx, { x, y: y - 6, width: 14, height: 12 }, theme, 4);
  x += 20;
  word('masked', 20);
  if (!leavesOut) return;
  paintLeftOut(ctx, x, y - 6, 12, theme);
  x += 18;
  word('left out', 0);
}

/** Paints the scale from weight 0 at the left to 1 at the right of the colours, evenly in colours. */
export function paintRamp(
  ctx: Context2D,
  { width, height }: { width: number; height: number },
  ramp: Ramp,
): void {
  for (let x = 0; x < width; x++) {
    ctx.fillStyle = ramp.css[Math.round((255 * x) / Math.max(1, width - 1))] ?? '';
    // Under the next one too: where columns lie between pixels the ground would shine through.
    ctx.fillRect(x, 0, Math.min(2, width - x), height);
  }
}
