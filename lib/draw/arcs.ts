import { type AxisScale, blockMiddle, blockX } from './axis-scale';
import { type Context2D, type Rect, textWidth } from './shapes';
import type { Theme } from './theme';

/** Attention of the block before the cursor's: global row `from` over blocks 0 … `from`. */
export interface ArcsData {
  from: number;
  weights: Float32Array;
  /** 1 where the view of the maps leaves a weight out: it has no arc and counts nowhere. */
  leftOut?: Uint8Array;
  /** What is left out, in words. */
  note?: string | null;
  /** The block under the pointer, here or in another view. */
  lit: number | null;
  /** The weights are the largest of several heads: they do not add up, and say at most how much a head gave. */
  maximum?: boolean;
}

export interface Arc {
  block: number;
  weight: number;
  x: number;
  /** Height of the arc's crown above the base line. */
  rise: number;
  lineWidth: number;
  opacity: number;
  lit: boolean;
}

/** What lies beside the view: how many blocks, from which on, and their attention together. */
export interface Beside {
  first: number;
  blocks: number;
  weight: number;
}

export interface ArcsGeometry {
  lane: Rect;
  base: number;
  from: { block: number; x: number } | null;
  /** The block being written, which the context leads on to. */
  onTo: { block: number; x: number } | null;
  arcs: Arc[];
  /** How the row looked at its own block: drawn as a ring. */
  own: { weight: number; radius: number } | null;
  /** Attention on blocks of which nothing is in view, earlier and later than it. */
  before: Beside;
  after: Beside;
  /** The weight on the block under the pointer. */
  lit: { block: number; weight: number } | null;
  maximum: boolean;
  note: string | null;
  type: number;
}

/** Arcs for one row; thickness is the weight itself, height the distance. Blocks out of view are only added up. */
export function layoutArcs(
  data: ArcsData | null,
  scale: AxisScale,
  lane: Rect,
  type = 12,
): ArcsGeometry {
  const base = lane.y + lane.height;
  const geometry: ArcsGeometry = {
    lane,
    base,
    from: null,
    onTo: null,
    arcs: [],
    own: null,
    before: { first: 0, blocks: 0, weight: 0 },
    after: { first: 0, blocks: 0, weight: 0 },
    lit: null,
    maximum: data?.maximum ?? false,
    note: data?.note ?? null,
    type,
  };
  if (!data) return geometry;
  const x = blockMiddle(scale, data.from);
  geometry.from = { block: data.from, x };
  geometry.onTo = { block: data.from + 1, x: blockMiddle(scale, data.from + 1) };
  const highest = lane.height - type * 1.5;
  // Hundreds of faint arcs would add up to a solid one.
  const faintest = 0.18 / Math.max(1, data.from / 16);
  const right = scale.left + scale.width;
  for (let block = 0; block < data.from; block++) {
    if (data.leftOut?.[block] === 1) continue;
    const weight = data.weights[block] ?? 0;
    const outside =
      blockX(scale, block + 1) <= scale.left
        ? geometry.before
        : blockX(scale, block) >= right
          ? geometry.after
          : null;
    if (outside) {
      if (outside.blocks === 0) outside.first = block;
      outside.blocks += 1;
      outside.weight = data.maximum ? Math.max(outside.weight, weight) : outside.weight + weight;
      continue;
    }
    const at = blockMiddle(scale, block);
    const lit = block === data.lit;
    geometry.arcs.push({
      block,
      weight,
      x: at,
      rise: 12 + (highest - 12) * Math.min(1, (x - at) / scale.width) ** 0.7,
      lineWidth: 0.75 + weight * 9,
      opacity: lit ? 1 : faintest + 0.72 * Math.sqrt(weight),
      lit,
    });
  }
  const own = data.weights[data.from] ?? 0;
  if (data.leftOut?.[data.from] !== 1) geometry.own = { weight: own, radius: 3 + 7 * own };
  if (data.lit !== null && data.lit <= data.from)
    geometry.lit = { block: data.lit, weight: data.weights[data.lit] ?? 0 };
  return geometry;
}

/** Paints the arcs, the dot of the block's own attention and the dotted link; they grow while `boundary` goes from 0 to 1. */
export function paintArcs(
  ctx: Context2D,
  geometry: ArcsGeometry,
  theme: Theme,
  boundary = 1,
): void {
  const { lane, base, from, onTo, own } = geometry;
  if (!from || !onTo) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(lane.x, lane.y, lane.width, lane.height);
  ctx.clip();
  ctx.strokeStyle = theme.global;
  ctx.lineCap = 'round';
  for (const arc of geometry.arcs) {
    ctx.globalAlpha = arc.opacity * boundary;
    ctx.lineWidth = arc.lit ? Math.max(2, arc.lineWidth) : arc.lineWidth;
    ctx.beginPath();
    ctx.moveTo(arc.x, base);
    // A cubic whose handles are 4/3 of the rise has its crown at the rise.
    const handle = base - (arc.rise * boundary * 4) / 3;
    ctx.bezierCurveTo(arc.x, handle, from.x, handle, from.x, base);
    ctx.stroke();
  }
  ctx.globalAlpha = boundary;
  ctx.lineWidth = 2;
  ctx.setLineDash([1, 5]);
  ctx.beginPath();
  ctx.moveTo(from.x, base);
  ctx.bezierCurveTo(from.x, base - 34, onTo.x, base - 34, onTo.x, base);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  if (own) {
    ctx.fillStyle = theme.global;
    ctx.beginPath();
    ctx.arc(from.x, base - 1, own.radius, Math.PI, 0);
    ctx.fill();
  }
  ctx.lineCap = 'butt';
  ctx.restore();
  paintCaption(ctx, geometry, theme);
}

/** Whose attention the arcs show, how much of it lies beside the view, and what the block under the pointer got. */
function paintCaption(ctx: Context2D, geometry: ArcsGeometry, theme: Theme): void {
  const { lane, type, from, onTo, before, after, lit } = geometry;
  if (!from || !onTo) return;
  const most = geometry.maximum ? 'up to ' : '';
  const font = `400 ${type}px ${theme.sans}`;
  ctx.font = font;
  ctx.fillStyle = theme.mute;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  const y = lane.y + type;
  const whose = lit
    ? `block ${from.block} gave ${most}${percent(lit.weight)} of its attention to block ${lit.block}`
    : `block ${from.block} looked back${lane.width >= 440 ? `, for block ${onTo.block}` : ''}`;
  const left = before.blocks > 0 ? `← ${most}${besideText(before)} · ${whose}` : whose;
  const text = geometry.note === null ? left : `${left} · ${geometry.note}`;
  ctx.fillText(text, lane.x, y, lane.width);
  if (after.blocks === 0) return;
  const right = `${most}${besideText(after)} →`;
  const width = textWidth(ctx, theme, font, right);
  if (textWidth(ctx, theme, font, text) + width + 24 > lane.width) return;
  ctx.textAlign = 'right';
  ctx.fillText(right, lane.x + lane.width, y);
  ctx.textAlign = 'left';
}

function besideText({ first, blocks, weight }: Beside): string {
  const where = blocks === 1 ? `block ${first}` : `blocks ${first}–${first + blocks - 1}`;
  return `${percent(weight)} on ${where}`;
}

function percent(weight: number): string {
  const share = weight * 100;
  return share > 0 && share < 0.95
    ? `${share < 0.1 ? '<0.1' : share.toFixed(1)}%`
    : `${Math.round(share)}%`;
}
