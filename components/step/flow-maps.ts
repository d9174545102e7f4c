import type { MapGeometry } from '@/lib/draw/attention-map';

/** How each map was last painted, by its canvas: the flow's lines end at its rows. */
const painted = new WeakMap<Element, MapGeometry>();

/** Notes how a map lies in its canvas. */
export function noteMap(canvas: Element, geometry: MapGeometry): void {
  painted.set(canvas, geometry);
}

/** How the map in `panel` was last painted; null while there is none. */
export function mapIn(panel: Element): { canvas: Element; geometry: MapGeometry } | null {
  const canvas = panel.querySelector('[role="application"] canvas');
  const geometry = canvas && painted.get(canvas);
  return geometry ? { canvas, geometry } : null;
}
