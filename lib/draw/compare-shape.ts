import { type AxisScale, tokenX } from './axis-scale';
import { type Context2D, paintHatchNote, type Rect } from './shapes';
import type { Theme } from './theme';

/**
 * The shape of a lane's cache: layers are rows, positions lie at their text tokens, and one cell is what one layer keeps for
 * one position. Rows are as high as a position is wide in bytes, in both lanes alike, so that area is bytes.
 */
export interface ShapeData {
  bands: readonly BandData[];
}

/** The layers of one decoder. */
export interface BandData {
  kind: 'global' | 'local' | 'flat';
  layers: number;
  /** Bytes that one layer keeps for one position. */
  bytes: number;
  /** The text tokens at which the held positions lie, in order; prefixes lie before the block that they serve. */
  positions: readonly number[];
  /** Whether the keys held here were read to choose the token at the cursor. */
  read: boolean;
  /** Text tokens 0 … `never` − 1 never pass through these layers; 0 for none. */
  never: number;
}

export interface ShapeGeometry {
  lane: Rect;
  scale: AxisScale;
  type: number;
  bands: BandGeometry[];
}

export interface BandGeometry {
  kind: BandData['kind'];
  rect: Rect;
  layers: number;
  rowHeight: number;
  /** Left edge of each position in view; every row has the same. */
  xs: Float64Array;
  read: boolean;
  never: Rect | null;
}

/** Between the bands of a lane. */
const BAND_GAP = 4;

/** Pixels of height for each byte of a position, so that the higher of two lanes fills `room`. */
export function shapeUnit(lanes: readonly ShapeData[], room: number, largest = 12): number {
  let unit = Number.POSITIVE_INFINITY;
  for (const { bands } of lanes) {
    const bytes = bands.reduce((sum, band) => sum + band.layers * band.bytes, 0);
    unit = Math.min(unit, (room - BAND_GAP * (bands.length - 1)) / bytes);
    for (const band of bands) unit = Math.min(unit, largest / band.bytes);
  }
  return Number.isFinite(unit) ? Math.max(0, unit) : 0;
}

/** The height of a lane at `unit` pixels a byte. */
export function shapeHeight({ bands }: ShapeData, unit: number): number {
  const rows = bands.reduce((sum, band) => sum + band.layers * band.bytes * unit, 0);
  return rows + BAND_GAP * (bands.length - 1);
}

/** Lays the bands out from the top of `lane` down, at `unit` pixels of height a byte. */
export function layoutShape(
  data: ShapeData,
  scale: AxisScale,
  lane: Rect,
  unit: number,
  type: number,
): ShapeGeometry {
  let { y } = lane;
  const last = scale.from + scale.span;
  const bands = data.bands.map((band): BandGeometry => {
    const rowHeight = band.bytes * unit;
    const rect = { x: lane.x, y, width: lane.width, height: rowHeight * band.layers };
    y += rect.height + BAND_GAP;
    const inView = band.positions.filter((token) => token + 1 > scale.from && token < last);
    const end = Math.min(tokenX(scale, band.never), lane.x + lane.width);
    return {
      kind: band.kind,
      rect,
      layers: band.layers,
      rowHeight,
      xs: Float64Array.from(inView, (token) => tokenX(scale, token)),
      read: band.read,
      never: band.never > 0 && end > lane.x ? { ...rect, width: end - lane.x } : null,
    };
  });
  return { lane, scale, type, bands };
}

/** Cells narrower than this touch their neighbours, lower ones those of the next layer. */
const PARTED = 4;
const PARTED_ROW = 2.5;
/** How strong what is held, but was not read for this token, is drawn. */
const HELD_ALPHA = 0.5;

/** Paints the ground of each band, hatches what never passes it, and paints one cell for each layer and position. */
export function paintShape(ctx: Context2D, geometry: ShapeGeometry, theme: Theme): void {
  const { scale, type } = geometry;
  for (const band of geometry.bands) {
    const { rect, kind, rowHeight, xs, never } = band;
    ctx.fillStyle = theme.panel;
    ctx.fillRect(rect.x, rect.y, rect.width, rect.height);
    paintRows(ctx, band, theme);
    if (never) {
      paintHatchNote(ctx, never, 'prompt: never decoded', type, theme);
    }
    const gap = scale.pitch >= PARTED ? 1 : 0;
    const height = rowHeight - (rowHeight >= PARTED_ROW ? 1 : 0);
    ctx.fillStyle = theme[kind];
    ctx.globalAlpha = band.read ? 1 : HELD_ALPHA;
    ctx.beginPath();
    // Cells that touch are one piece.
    const pieces = gap > 0 ? cellsOf(xs, scale.pitch - gap) : piecesOf(xs, scale.pitch);
    for (const [from, to] of pieces) {
      for (let layer = 0; layer < band.layers; layer++) {
        ctx.rect(from, rect.y + layer * rowHeight, to - from, height);
      }
    }
    ctx.fill();
    ctx.globalAlpha = 1;
  }
}

function cellsOf(xs: Float64Array, width: number): [number, number][] {
  return Array.from(xs, (x) => [x, x + width]);
}

/** Neighbouring cells joined: left and right edge of each piece. */
function piecesOf(xs: Float64Array, pitch: number): [number, number][] {
  const pieces: [number, number][] = [];
  for (const x of xs) {
    const last = pieces.at(-1);
    if (last && x - last[1] < pitch / 2) last[1] = x + pitch;
    else pieces.push([x, x + pitch]);
  }
  return pieces;
}

/** A thin line under each layer, so that empty ones are seen. */
function paintRows(ctx: Context2D, { rect, layers, rowHeight }: BandGeometry, theme: Theme): void {
  ctx.fillStyle = theme.line;
  for (let layer = 0; layer < layers; layer++) {
    ctx.fillRect(rect.x, rect.y + (layer + 1) * rowHeight - 1, rect.width, 1);
  }
}
