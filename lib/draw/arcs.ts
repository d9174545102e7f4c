import { type AxisScale, blockMiddle } from './axis-scale';
import type { Context2D, Rect } from './shapes';
import type { Theme } from './theme';

/** Attention of the block before the cursor's: global row `from` over blocks 0 … `from`. */
export interface ArcsData {
  from: number;
  weights: Float32Array;
}

export interface Arc {
  block: number;
  weight: number;
  x: number;
  /** Height of the arc's crown above the base line. */
  rise: number;
  lineWidth: number;
  opacity: number;
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
  /** Attention on blocks left of the view, and how many those are. */
  outside: { blocks: number; weight: number };
}

/** Arcs for one row; thickness is the weight itself, height the distance. */
export function layoutArcs(data: ArcsData | null, scale: AxisScale, lane: Rect): ArcsGeometry {
  const base = lane.y + lane.height;
  const geometry: ArcsGeometry = {
    lane,
    base,
    from: null,
    onTo: null,
    arcs: [],
    own: null,
    outside: { blocks: 0, weight: 0 },
  };
  if (!data) return geometry;
  const x = blockMiddle(scale, data.from);
  geometry.from = { block: data.from, x };
  geometry.onTo = { block: data.from + 1, x: blockMiddle(scale, data.from + 1) };
  const highest = lane.height - 20;
  // Hundreds of faint arcs would add up to a solid one.
  const faintest = 0.18 / Math.max(1, data.from / 16);
  for (let block = 0; block < data.from; block++) {
    const weight = data.weights[block] ?? 0;
    if (block < scale.firstBlock) {
      geometry.outside.blocks += 1;
      geometry.outside.weight += weight;
      continue;
    }
    const at = blockMiddle(scale, block);
    geometry.arcs.push({
      block,
      weight,
      x: at,
      rise: 12 + (highest - 12) * Math.min(1, (x - at) / scale.width) ** 0.7,
      lineWidth: 0.75 + weight * 9,
      opacity: faintest + 0.72 * Math.sqrt(weight),
    });
  }
  const own = data.weights[data.from] ?? 0;
  geometry.own = { weight: own, radius: 3 + 7 * own };
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
    ctx.lineWidth = arc.lineWidth;
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
  ctx.font = `400 12px ${theme.sans}`;
  ctx.fillStyle = theme.mute;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.fillText(captionText(geometry), lane.x, lane.y + 12);
}

/** Whose attention the arcs show, and how much of it lies left of the view. */
function captionText({ from, onTo, outside, lane }: ArcsGeometry): string {
  if (!from || !onTo) return '';
  const wide = lane.width >= 440;
  const text = `block ${from.block} looked back${wide ? `, for block ${onTo.block}` : ''}`;
  if (outside.blocks === 0) return text;
  const where = outside.blocks === 1 ? 'block 0' : `blocks 0–${outside.blocks - 1}`;
  return `← ${Math.round(outside.weight * 100)}% on ${where} · ${text}`;
}
