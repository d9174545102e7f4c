import type { Context2D } from './shapes';
import type { Theme } from './theme';

/** Text on a rim of the ground, readable over lines. */
export function haloed(
  ctx: Context2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  theme: Theme,
): void {
  ctx.strokeStyle = theme.paper;
  ctx.lineWidth = 4;
  ctx.lineJoin = 'round';
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}
