import { type AxisScale, tokenX } from '@/lib/draw/axis-scale';
import type { Rect } from '@/lib/draw/shapes';

/** What a slider on a token axis shows. */
interface Shown {
  cursor: number;
  /** The last token that it can stand on. */
  last: number;
  /** Its value in words. */
  text: string;
}

/**
 * Sets a slider on the ruler of a token axis: as wide as all tokens 0 … `last` at the zoom in force, its box cut to the ruler,
 * its thumb as wide as a token, so that value and drawing share their x positions.
 */
export function placeSlider(
  element: HTMLInputElement,
  { scale, ruler }: { scale: AxisScale; ruler: { lane: Rect } },
  { cursor, last, text }: Shown,
): void {
  element.max = String(last);
  if (element.value !== String(cursor)) element.value = String(cursor);
  const box = element.parentElement?.style;
  if (box) {
    box.left = `${scale.left}px`;
    box.top = `${ruler.lane.y}px`;
    box.height = `${ruler.lane.height}px`;
  }
  element.style.setProperty('--thumb', `${scale.pitch}px`);
  element.style.left = `${tokenX(scale, 0) - scale.left}px`;
  element.style.width = `${(last + 1) * scale.pitch}px`;
  if (element.getAttribute('aria-valuetext') !== text) element.setAttribute('aria-valuetext', text);
}
