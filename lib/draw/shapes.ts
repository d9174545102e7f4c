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

/** Width of a character of the face for tokens, of its size. */
export const TOKEN_CHARACTER = 0.61;

/** Sets the face for tokens: monospace without ligatures, so that every character is seen as it is. */
export function setTokenFont(ctx: Context2D, theme: Theme, weight = 400, size = 12): void {
  ctx.font = `${weight} ${size}px ${theme.mono}`;
  ctx.textRendering = 'optimizeSpeed';
}

/** `label` cut to `characters`, with an ellipsis when cut. */
export function shorten(label: string, characters: number): string {
  // Symbols are never more than code units, and splitting costs an array.
  if (label.length <= characters) return label;
  const symbols = [...label];
  return symbols.length <= characters ? label : `${symbols.slice(0, characters - 1).join('')}…`;
}

const widths = new WeakMap<Theme, Map<string, number>>();

/** Width of `text` in a face of the theme, such as `400 12px …`; it also sets that face. Measured once. */
export function textWidth(ctx: Context2D, theme: Theme, font: string, text: string): number {
  ctx.font = font;
  let known = widths.get(theme);
  if (!known) {
    known = new Map();
    widths.set(theme, known);
  }
  const key = `${font}|${text}`;
  const width = known.get(key) ?? ctx.measureText(text).width;
  // Captions with counts in them would add up over a long run.
  if (known.size > 500) known.clear();
  known.set(key, width);
  return width;
}

/** Hatches a part of a lane and, if there is room, says why. */
export function paintHatchNote(
  ctx: Context2D,
  rect: Rect,
  text: string,
  type: number,
  theme: Theme,
): void {
  paintHatch(ctx, { ...rect, x: rect.x + 1, width: rect.width - 2 }, theme);
  const width = textWidth(ctx, theme, `400 ${type}px ${theme.sans}`, text);
  if (rect.width < width + 24 || rect.height < type + 4) return;
  const middle = rect.y + rect.height / 2;
  ctx.fillStyle = theme.hatchGround;
  ctx.fillRect(rect.x + 6, middle - type * 0.75, width + 10, type * 1.5);
  ctx.fillStyle = theme.mute;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(text, rect.x + 11, middle);
}
