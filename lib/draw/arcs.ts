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

/** Thickness and opacity of an arc of weight 0: it must be found in the dark, too. */
const THINNEST = 1;
const FAINTEST = 0.3;
/** With more arcs in view than this the faint ones get fainter: hundreds would add up to a solid one. */
const FAINT_ARCS = 32;

/**
 * Arcs for one row; height is the distance, thickness grows with the weight and opacity with its root. Both begin above zero, so
 * that the smallest weight is seen, and within one drawing a larger weight is never thinner or paler. Blocks out of view are only
 * added up.
 */
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
  const highest = lane.height - 5;
  const right = scale.left + scale.width;
  const faintest = FAINTEST / Math.max(1, Math.min(data.from, scale.span) / FAINT_ARCS);
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
      lineWidth: THINNEST + weight * 9,
      opacity: lit ? 1 : faintest + (0.92 - faintest) * Math.sqrt(weight),
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

/**
 * What block `from` + 1 is written from, in words. Row b − 1 of the block decoder, the newest complete block looking back over
 * blocks 0 … b − 1, makes the context embedding of block b.
 */
export function writtenFrom(from: number): { short: string; full: string } {
  const short = `block ${from + 1} is written from ${from === 0 ? 'block 0' : `blocks 0–${from}`}`;
  return { short, full: from === 0 ? short : `${short}, as block ${from} saw them` };
}

/** What the block at the cursor is written from, how much of it lies beside the view, and what the block under the pointer gave. */
function paintCaption(ctx: Context2D, geometry: ArcsGeometry, theme: Theme): void {
  const { lane, type, from, before, after, lit, note } = geometry;
  if (!from) return;
  const most = geometry.maximum ? 'up to ' : '';
  const font = `400 ${type}px ${theme.sans}`;
  const fits = (text: string) => textWidth(ctx, theme, font, text) <= lane.width;
  const words = writtenFrom(from.block);
  const whose = lit
    ? `block ${from.block} gave ${most}${percent(lit.weight)} of its attention to block ${lit.block}`
    : words.full;
  const left = before.blocks > 0 ? `← ${most}${besideText(before)}` : null;
  const joined = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join(' · ');
  const all = joined(left, whose, note);
  // Where one row is too short, what lies beside the view stands under it.
  const rows = fits(all)
    ? [all]
    : [fits(whose) ? whose : words.short, joined(left, note)].filter((row) => row !== '');
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.font = font;
  const write = (text: string, x: number, row: number) => {
    const width = textWidth(ctx, theme, font, text);
    const y = lane.y + type * 1.3 * row;
    // Arcs end at the words, they do not run between them.
    ctx.fillStyle = theme.paper;
    ctx.fillRect(x - 3, y, width + 6, type * 1.3);
    ctx.fillStyle = theme.mute;
    ctx.fillText(text, x, y + type);
  };
  rows.forEach((row, i) => {
    write(row, lane.x, i);
  });
  if (after.blocks === 0) return;
  const right = `${most}${besideText(after)} →`;
  const width = textWidth(ctx, theme, font, right);
  if (textWidth(ctx, theme, font, rows[0] ?? '') + width + 24 > lane.width) return;
  write(right, lane.x + lane.width - width, 0);
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
