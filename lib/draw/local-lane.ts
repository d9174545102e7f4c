import { type AxisScale, blockX, type Range, tokensInView, tokenX } from './axis-scale';
import type { CacheData } from './cache-lane';
import { type Context2D, paintHatchNote, type Rect } from './shapes';
import type { Theme } from './theme';

export interface LocalLaneGeometry {
  lane: Rect;
  scale: AxisScale;
  type: number;
  /** Bytes at the top: the peak of the window. */
  top: number;
  tokens: Range;
  /** Height of each token's bar in pixels, 0 for prompt tokens. [tokens.to − tokens.from] */
  heights: Float32Array;
  /** Where bars would be too narrow to part: the blocks, and the highest and lowest bar of each. Null where there are bars. */
  envelope: { blocks: Range; highest: Float32Array; lowest: Float32Array } | null;
  /** The token at the cursor, or −1 when it is out of view. */
  now: number;
  /** Where the prompt lies: it has no local cache. */
  prompt: Rect | null;
}

/** Narrower bars would blur into a pattern that is not in the data. */
const SMALLEST_BAR = 2;

/** The token decoder's window at a scale of its own (0 … its peak): fills slot by slot, is dropped at the boundary (while `boundary` goes from 0 to 1). */
export function layoutLocalLane(
  data: CacheData | null,
  scale: AxisScale,
  lane: Rect,
  boundary = 1,
  type = 12,
): LocalLaneGeometry {
  const view = tokensInView(scale);
  const to = data ? Math.max(view.from, Math.min(view.to, data.upTo + 1)) : view.from;
  const heights = new Float32Array(to - view.from);
  const geometry: LocalLaneGeometry = {
    lane,
    scale,
    type,
    top: data?.localPeak ?? 0,
    tokens: { from: view.from, to },
    heights,
    envelope: null,
    now: -1,
    prompt: null,
  };
  if (!data) return geometry;
  for (let token = view.from; token < to; token++) {
    const bytes = data.localHeld(token);
    if (bytes === 0) continue;
    const falling = token === data.upTo && token % scale.blockLength === 0;
    const shown = falling ? bytes * boundary + data.localPeak * (1 - boundary) : bytes;
    heights[token - view.from] = (lane.height * shown) / data.localPeak;
  }
  if (scale.pitch < SMALLEST_BAR) geometry.envelope = envelopeOf(geometry);
  geometry.now = data.upTo < view.to ? data.upTo : -1;
  const promptEnd = Math.min(blockX(scale, data.promptBlocks), lane.x + lane.width);
  if (promptEnd > lane.x) {
    geometry.prompt = { x: lane.x, y: lane.y, width: promptEnd - lane.x, height: lane.height };
  }
  return geometry;
}

/** The highest and the lowest bar of each block in view. */
function envelopeOf({ scale, tokens, heights }: LocalLaneGeometry): LocalLaneGeometry['envelope'] {
  const L = scale.blockLength;
  const blocks = { from: Math.floor(tokens.from / L), to: Math.ceil(tokens.to / L) };
  const highest = new Float32Array(blocks.to - blocks.from);
  const lowest = new Float32Array(blocks.to - blocks.from).fill(Number.POSITIVE_INFINITY);
  for (let token = tokens.from; token < tokens.to; token++) {
    const block = Math.floor(token / L) - blocks.from;
    const height = heights[token - tokens.from] ?? 0;
    highest[block] = Math.max(highest[block] ?? 0, height);
    lowest[block] = Math.min(lowest[block] ?? 0, height);
  }
  return { blocks, highest, lowest };
}

/** Paints the saw-tooth, or its envelope; prompt tokens never pass the token decoder and are hatched. */
export function paintLocalLane(ctx: Context2D, geometry: LocalLaneGeometry, theme: Theme): void {
  const { lane, prompt, tokens, now, top } = geometry;
  if (top === 0) return;
  if (prompt) paintHatchNote(ctx, prompt, 'prompt tokens are never decoded', geometry.type, theme);
  ctx.fillStyle = theme.local;
  ctx.globalAlpha = 0.6;
  if (geometry.envelope) paintEnvelope(ctx, geometry, geometry.envelope);
  else paintBars(ctx, geometry, tokens.from, now >= tokens.from ? now : tokens.to);
  ctx.globalAlpha = 1;
  if (now >= tokens.from) paintBars(ctx, geometry, now, now + 1);
  const floor = Math.round(lane.y + lane.height) + 0.5;
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(lane.x, floor);
  ctx.lineTo(lane.x + lane.width, floor);
  ctx.stroke();
}

/** What every token of a block reaches is as dark as a bar, what only the last one does is paler. */
function paintEnvelope(
  ctx: Context2D,
  { lane, scale, tokens }: LocalLaneGeometry,
  { blocks, highest, lowest }: NonNullable<LocalLaneGeometry['envelope']>,
): void {
  const floor = lane.y + lane.height;
  const end = tokenX(scale, tokens.to);
  const area = (heights: Float32Array) => {
    ctx.beginPath();
    ctx.moveTo(blockX(scale, blocks.from), floor);
    for (let i = 0; i < heights.length; i++) {
      const y = floor - (heights[i] ?? 0);
      ctx.lineTo(blockX(scale, blocks.from + i), y);
      ctx.lineTo(Math.min(end, blockX(scale, blocks.from + i + 1)), y);
    }
    ctx.lineTo(end, floor);
    ctx.fill();
  };
  area(lowest);
  ctx.globalAlpha = 0.3;
  area(highest);
}

function paintBars(ctx: Context2D, geometry: LocalLaneGeometry, from: number, to: number): void {
  const { lane, scale, tokens, heights } = geometry;
  const gap = scale.pitch >= 6 ? 1 : 0;
  const floor = lane.y + lane.height;
  ctx.beginPath();
  for (let token = from; token < to; token++) {
    const height = heights[token - tokens.from] ?? 0;
    if (height === 0) continue;
    ctx.rect(tokenX(scale, token) + gap, floor - height, scale.pitch - 2 * gap, height);
  }
  ctx.fill();
}
