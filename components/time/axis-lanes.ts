import type { AxisGeometry } from '@/lib/draw/axis';

/** How each axis was last painted, by its canvas: words of the lesson stand for its lanes. */
const painted = new WeakMap<Element, AxisGeometry>();

/** Notes how an axis lies in its canvas. */
export function noteAxis(canvas: Element, geometry: AxisGeometry): void {
  painted.set(canvas, geometry);
}

/** How the axis in `panel` was last painted; null while there is none. */
export function axisIn(panel: Element): { canvas: Element; geometry: AxisGeometry } | null {
  for (const canvas of panel.querySelectorAll('canvas')) {
    const geometry = painted.get(canvas);
    if (geometry) return { canvas, geometry };
  }
  return null;
}
