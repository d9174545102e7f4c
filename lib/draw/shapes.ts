import type { Theme } from './theme';

/** The part of a canvas context that drawings use; a test can record it. */
export type Context2D = CanvasRenderingContext2D;

export interface Size {
  width: number;
  height: number;
}

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Diagonal hatching: masked, pad, discarded. Never white, never a colour of the scale. */
export function paintHatch(ctx: Context2D, rect: Rect, theme: Theme, gap = 5): void {
  const { x, y, width, height } = rect;
  if (width <= 0 || height <= 0) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.fillStyle = theme.hatchGround;
  ctx.fillRect(x, y, width, height);
  ctx.strokeStyle = theme.hatchLine;
  ctx.lineWidth = 1;
  ctx.beginPath();
  // Lines start on a grid of the whole canvas, so that neighbouring cells join into one hatch.
  const from = Math.floor((x + y) / gap) * gap;
  for (let sum = from; sum < x + width + y + height; sum += gap) {
    ctx.moveTo(sum - y, y);
    ctx.lineTo(sum - y - height, y + height);
  }
  ctx.stroke();
  ctx.restore();
}

/** Sets the face for tokens: monospace without ligatures, so that every character is seen as it is. */
export function setTokenFont(ctx: Context2D, theme: Theme, weight = 400): void {
  ctx.font = `${weight} 12px ${theme.mono}`;
  ctx.textRendering = 'optimizeSpeed';
}

/** `label` cut to `characters`, with an ellipsis when cut. */
export function shorten(label: string, characters: number): string {
  const symbols = [...label];
  return symbols.length <= characters ? label : `${symbols.slice(0, characters - 1).join('')}…`;
}
