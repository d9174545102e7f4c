import { type AxisScale, tokenX } from './axis-scale';
import { type Context2D, paintHatch, paintHatchNote, type Rect } from './shapes';
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
  /** Of a changed cache: what a layer keeps of a position, 0–1 of its keys and values. All of each if not said. */
  share?(layer: number, position: number): number;
  /** What is changed about it, in a word, and how that is drawn. */
  name?: string;
  note?: string;
  /** Text tokens 0 … `passed` − 1 were in the cache: what was dropped of them is hatched. With `share` only. */
  passed?: number;
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
  /** What is kept of each cell, [layers, xs]; null where all of each is. */
  shares: Float64Array | null;
  passed: Rect | null;
  name: string | null;
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
    const until = (token: number) => {
      const end = Math.min(tokenX(scale, token), lane.x + lane.width);
      return token > 0 && end > lane.x ? { ...rect, width: end - lane.x } : null;
    };
    return {
      kind: band.kind,
      rect,
      layers: band.layers,
      rowHeight,
      xs: Float64Array.from(inView, (token) => tokenX(scale, token)),
      read: band.read,
      never: until(band.never),
      shares: band.share ? sharesOf(band, inView) : null,
      passed: until(band.passed ?? 0),
      name: band.name ?? null,
    };
  });
  return { lane, scale, type, bands };
}

function sharesOf({ layers, share }: BandData, positions: readonly number[]): Float64Array {
  return Float64Array.from(
    { length: layers * positions.length },
    (_, i) => share?.(Math.floor(i / positions.length), positions[i % positions.length] ?? 0) ?? 1,
  );
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
    const { rect, kind, rowHeight, never, shares, passed } = band;
    ctx.fillStyle = theme.panel;
    ctx.fillRect(rect.x, rect.y, rect.width, rect.height);
    paintRows(ctx, band, theme);
    if (passed) paintHatch(ctx, passed, theme);
    if (never) {
      paintHatchNote(ctx, never, 'prompt: never decoded', type, theme);
    }
    const gap = scale.pitch >= PARTED ? 1 : 0;
    const height = rowHeight - (rowHeight >= PARTED_ROW ? 1 : 0);
    const pieces = piecesOf(band, scale.pitch, gap);
    if (shares) {
      ctx.fillStyle = theme.panel;
      ctx.beginPath();
      for (const { layer, from, to } of pieces)
        ctx.rect(from, rect.y + layer * rowHeight, to - from + gap, rowHeight);
      ctx.fill();
    }
    ctx.fillStyle = theme[kind];
    ctx.globalAlpha = band.read ? 1 : HELD_ALPHA;
    ctx.beginPath();
    for (const { layer, from, to, share } of pieces) {
      const y = rect.y + layer * rowHeight + height * (1 - share);
      ctx.rect(from, y, to - from, height * share);
    }
    ctx.fill();
    ctx.globalAlpha = 1;
  }
}

/** Cells side by side of one layer, of which the same share is kept. */
interface Piece {
  layer: number;
  from: number;
  to: number;
  share: number;
}

/** The cells of a band in which something is kept, layer by layer: each alone where they stand apart, else neighbours joined. */
function piecesOf({ xs, layers, shares }: BandGeometry, pitch: number, gap: number): Piece[] {
  const pieces: Piece[] = [];
  for (let layer = 0; layer < layers; layer++) {
    let last: Piece | null = null;
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i] ?? 0;
      const share = shares?.[layer * xs.length + i] ?? 1;
      if (share === 0) continue;
      if (gap === 0 && last && last.share === share && x - last.to < pitch / 2) {
        last.to = x + pitch;
        continue;
      }
      last = { layer, from: x, to: x + pitch - gap, share };
      pieces.push(last);
    }
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
