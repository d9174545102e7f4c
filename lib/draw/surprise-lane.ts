import { type AxisScale, blockX, type Range, tokensInView, tokenX } from './axis-scale';
import { type Context2D, paintHatchNote, type Rect } from './shapes';
import type { Theme } from './theme';

/** How little the model expected each token. */
export interface SurpriseData {
  /** −log2 softmax(logits)[token] at T = 1, in bits; NaN where nothing was measured, or not yet read. */
  bits(token: number): number;
  /** Entries of the vocabulary: a blind guess among them sets the top of the scale. */
  vocabulary: number;
  promptBlocks: number;
  cursor: number;
  /** Tokens of the text; what was discarded is not drawn. */
  length: number;
}

export interface SurpriseGeometry {
  lane: Rect;
  scale: AxisScale;
  type: number;
  /** Bits at the top: fixed by the vocabulary, never by the data. */
  top: number;
  /** One bar a token, or one a block (the mean of its tokens) when tokens are too narrow. */
  each: 'token' | 'block';
  bars: Range;
  /** Height of each bar in pixels; NaN for none. [bars.to − bars.from] */
  heights: Float32Array;
  /** The bar at the cursor, or −1. */
  now: number;
  /** Bars that rise above the scale and are cut. */
  cut: Uint8Array;
  prompt: Rect | null;
}

/** Narrower tokens share one bar a block. */
const SMALLEST_TOKEN = 2;

/** Bits of a blind guess among `vocabulary` entries. */
export function blindGuess(vocabulary: number): number {
  return Math.log2(vocabulary);
}

/** Surprise per token on the shared axis, on a fixed scale from 0 to the bits of a blind guess. */
export function layoutSurprise(
  data: SurpriseData | null,
  scale: AxisScale,
  lane: Rect,
  type: number,
): SurpriseGeometry {
  const each = scale.pitch >= SMALLEST_TOKEN ? 'token' : 'block';
  const empty: SurpriseGeometry = {
    lane,
    scale,
    type,
    top: 0,
    each,
    bars: { from: 0, to: 0 },
    heights: new Float32Array(0),
    now: -1,
    cut: new Uint8Array(0),
    prompt: null,
  };
  if (!data) return empty;
  const L = scale.blockLength;
  const unit = each === 'token' ? 1 : L;
  const tokens = tokensInView(scale);
  const first = Math.max(tokens.from, data.promptBlocks * L);
  const from = Math.floor(first / unit);
  const to = Math.max(from, Math.ceil(Math.min(tokens.to, data.length) / unit));
  const top = blindGuess(data.vocabulary);
  const heights = new Float32Array(to - from);
  const cut = new Uint8Array(to - from);
  for (let bar = from; bar < to; bar++) {
    let sum = 0;
    let count = 0;
    for (let token = bar * unit; token < Math.min((bar + 1) * unit, data.length); token++) {
      sum += data.bits(token);
      count++;
    }
    const bits = sum / count;
    heights[bar - from] = (Math.min(bits, top) / top) * lane.height;
    cut[bar - from] = bits > top ? 1 : 0;
  }
  const now = Math.floor(data.cursor / unit);
  const promptEnd = Math.min(blockX(scale, data.promptBlocks), lane.x + lane.width);
  return {
    ...empty,
    top,
    bars: { from, to },
    heights,
    now: data.cursor >= data.promptBlocks * L && now >= from && now < to ? now : -1,
    cut,
    prompt:
      promptEnd > lane.x
        ? { x: lane.x, y: lane.y, width: promptEnd - lane.x, height: lane.height }
        : null,
  };
}

/** Paints the bars, later ones paler than those up to the cursor, and hatches what was not measured. */
export function paintSurprise(ctx: Context2D, geometry: SurpriseGeometry, theme: Theme): void {
  const { lane, bars, now, prompt } = geometry;
  if (geometry.top === 0) return;
  if (prompt)
    paintHatchNote(ctx, prompt, 'not measured: the prompt is given', geometry.type, theme);
  ctx.fillStyle = theme.mute;
  const split = now >= 0 ? now : bars.from;
  ctx.globalAlpha = 0.75;
  paintBars(ctx, geometry, bars.from, split);
  ctx.globalAlpha = now >= 0 ? 0.35 : 0.75;
  paintBars(ctx, geometry, now >= 0 ? now + 1 : split, bars.to);
  ctx.globalAlpha = 1;
  if (now >= 0) {
    ctx.fillStyle = theme.now;
    paintBars(ctx, geometry, now, now + 1);
  }
  paintCuts(ctx, geometry, theme);
  const floor = Math.round(lane.y + lane.height) + 0.5;
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(lane.x, floor);
  ctx.lineTo(lane.x + lane.width, floor);
  ctx.stroke();
}

function paintBars(ctx: Context2D, geometry: SurpriseGeometry, from: number, to: number): void {
  if (from >= to) return;
  const { lane, scale, bars, heights } = geometry;
  const floor = lane.y + lane.height;
  ctx.beginPath();
  for (let bar = from; bar < to; bar++) {
    const height = heights[bar - bars.from] ?? Number.NaN;
    if (!(height >= 0)) continue;
    const { x, width } = barAt(geometry, bar);
    const gap = scale.pitch >= 12 ? Math.min(6, width * 0.16) : width >= 3 ? 0.5 : 0;
    // Nothing at all would look like something not measured.
    const drawn = Math.max(1, height);
    ctx.rect(x + gap, floor - drawn, width - 2 * gap, drawn);
  }
  ctx.fill();
}

/** A small arrow over each bar that the scale cuts. */
function paintCuts(ctx: Context2D, geometry: SurpriseGeometry, theme: Theme): void {
  const { lane, bars, cut } = geometry;
  ctx.fillStyle = theme.ink;
  ctx.beginPath();
  for (let bar = bars.from; bar < bars.to; bar++) {
    if (!cut[bar - bars.from]) continue;
    const { x, width } = barAt(geometry, bar);
    const middle = x + width / 2;
    ctx.moveTo(middle - 4, lane.y);
    ctx.lineTo(middle + 4, lane.y);
    ctx.lineTo(middle, lane.y - 5);
  }
  ctx.fill();
}

function barAt({ scale, each }: SurpriseGeometry, bar: number): { x: number; width: number } {
  const unit = each === 'token' ? 1 : scale.blockLength;
  return { x: tokenX(scale, bar * unit), width: unit * scale.pitch };
}
