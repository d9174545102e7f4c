import { type AxisScale, blockX, tokensInView, tokenX } from './axis-scale';
import type { CacheData } from './cache-lane';
import { type Context2D, paintHatch, type Rect } from './shapes';
import type { Theme } from './theme';

export interface LocalBar {
  token: number;
  x: number;
  width: number;
  y: number;
  bytes: number;
  now: boolean;
}

export interface LocalLaneGeometry {
  lane: Rect;
  bars: LocalBar[];
  /** Where the prompt lies: it has no local cache. */
  prompt: Rect | null;
}

/** The token decoder's window at a scale of its own (0 … its peak): fills slot by slot, is dropped at the boundary (while `boundary` goes from 0 to 1). */
export function layoutLocalLane(
  data: CacheData | null,
  scale: AxisScale,
  lane: Rect,
  boundary = 1,
): LocalLaneGeometry {
  const geometry: LocalLaneGeometry = { lane, bars: [], prompt: null };
  if (!data) return geometry;
  const { from, to } = tokensInView(scale);
  for (let token = from; token < Math.min(to, data.upTo + 1); token++) {
    const bytes = data.localHeld(token);
    if (bytes === 0) continue;
    const now = token === data.upTo;
    const fallen = now && token % scale.blockLength === 0 ? boundary : 1;
    const height =
      (lane.height * (bytes * fallen + data.localPeak * (1 - fallen))) / data.localPeak;
    geometry.bars.push({
      token,
      x: tokenX(scale, token),
      width: scale.pitch,
      y: lane.y + lane.height - height,
      bytes,
      now,
    });
  }
  const promptEnd = blockX(scale, data.promptBlocks);
  if (promptEnd > lane.x) {
    const width = Math.min(promptEnd, lane.x + lane.width) - lane.x;
    geometry.prompt = { x: lane.x, y: lane.y, width, height: lane.height };
  }
  return geometry;
}

/** Paints the saw-tooth; prompt tokens never pass the token decoder and are hatched. */
export function paintLocalLane(ctx: Context2D, geometry: LocalLaneGeometry, theme: Theme): void {
  const { lane, prompt } = geometry;
  const floor = lane.y + lane.height;
  if (prompt) {
    paintHatch(ctx, { ...prompt, x: prompt.x + 1, width: prompt.width - 2 }, theme);
    const text = 'prompt tokens are never decoded';
    ctx.font = `400 12px ${theme.sans}`;
    if (prompt.width > 190) {
      const middle = prompt.y + prompt.height / 2;
      ctx.fillStyle = theme.hatchGround;
      ctx.fillRect(prompt.x + 6, middle - 9, ctx.measureText(text).width + 10, 18);
      ctx.fillStyle = theme.mute;
      ctx.textAlign = 'left';
      ctx.textBaseline = 'middle';
      ctx.fillText(text, prompt.x + 11, middle);
    }
  }
  ctx.fillStyle = theme.local;
  for (const bar of geometry.bars) {
    ctx.globalAlpha = bar.now ? 1 : 0.6;
    const gap = bar.width >= 6 ? 1 : 0;
    ctx.fillRect(bar.x + gap, bar.y, bar.width - 2 * gap, floor - bar.y);
  }
  ctx.globalAlpha = 1;
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(lane.x, floor + 0.5);
  ctx.lineTo(lane.x + lane.width, floor + 0.5);
  ctx.stroke();
}
