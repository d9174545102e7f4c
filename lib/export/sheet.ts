import type { Context2D, Size } from '@/lib/draw/shapes';
import type { Theme } from '@/lib/draw/theme';
import type { Caption } from './caption';
import type { Figure } from './figures';

/** A picture as it leaves the page: title, figure, and under it where the numbers come from. */
export interface Sheet {
  size: Size;
  paint(ctx: Context2D): void;
}

const MARGIN = 28;
const TITLE = 19;
const LINE = 18;

/** Lays a figure on a ground of the theme's paper; caption lines are broken where the figure ends, as `measure` tells. */
export function layoutSheet(
  figure: Figure,
  { title, lines }: Caption,
  theme: Theme,
  measure: (font: string, text: string) => number,
): Sheet {
  const font = `400 12px ${theme.sans}`;
  const titleFont = `650 ${TITLE}px ${theme.sans}`;
  const inner = Math.max(figure.size.width, 420);
  const caption = lines.flatMap((line) => broken(line, inner, (text) => measure(font, text)));
  const top = MARGIN + TITLE + 20;
  const under = top + figure.size.height + 20;
  const size = {
    width: Math.ceil(Math.max(inner, measure(titleFont, title)) + 2 * MARGIN),
    height: Math.ceil(under + 8 + caption.length * LINE + MARGIN - 6),
  };
  return {
    size,
    paint: (ctx) => {
      ctx.fillStyle = theme.paper;
      ctx.fillRect(0, 0, size.width, size.height);
      ctx.textAlign = 'left';
      ctx.textBaseline = 'alphabetic';
      ctx.font = titleFont;
      ctx.fillStyle = theme.ink;
      ctx.fillText(title, MARGIN, MARGIN + TITLE - 4);
      ctx.save();
      ctx.translate(MARGIN, top);
      figure.paint(ctx, theme);
      ctx.restore();
      ctx.fillStyle = theme.line;
      ctx.fillRect(MARGIN, under - 6, size.width - 2 * MARGIN, 1);
      ctx.textAlign = 'left';
      ctx.textBaseline = 'alphabetic';
      ctx.font = font;
      ctx.fillStyle = theme.mute;
      caption.forEach((line, i) => {
        ctx.fillText(line, MARGIN, under + 8 + (i + 0.75) * LINE);
      });
    },
  };
}

/** A line broken between words, so that no part is wider than `room`; a longer word stays whole. */
export function broken(line: string, room: number, width: (text: string) => number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && width(longer) > room) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current];
}
