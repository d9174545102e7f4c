import type { Size } from '@/lib/draw/shapes';

/** The room that `element` gives the canvas that fills it, in CSS pixels: what a drawing is laid out in before its first frame. */
export function sizeOf(element: Element): Size {
  return { width: element.clientWidth, height: element.clientHeight };
}
