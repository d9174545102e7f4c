import type { Rect } from '@/lib/draw/shapes';
import type { Part } from '@/lib/learn/parts';
import { axisIn } from '../time/axis-lanes';

/** A part's place in the window. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Parts that are elements of the page, the smaller ones first. */
const ELEMENTS: readonly (readonly [Part, string])[] = [
  ['prefixes', '[data-panel="context"] [data-flow="prefix"]'],
  ['text', 'section[aria-label="Generated text"]'],
  ['block', 'section[aria-label="Block"]'],
  ['global', '[data-panel="global"]'],
  ['context', '[data-panel="context"]'],
  ['local', '[data-panel="local"]'],
  ['next', '[data-panel="next"]'],
  ['figures', '[data-panel="cache"]'],
];

/** Between the cursor's line and a pointer that means it. */
const NEAR = 8;

/** Where a part is in the window; null while it is not on the page. */
export function boxOf(part: Part): Box | null {
  if (part === 'player') return unite([player()]);
  const selector = ELEMENTS.find(([name]) => name === part)?.[1];
  if (!selector) return laneBox(part);
  const box = unite([...document.querySelectorAll(selector)]);
  // Where there is no room for the block its tokens on the axis stand for it.
  return box ?? (part === 'block' ? laneBox('tokens') : null);
}

/** The parts at a place: of the element under the pointer or with the focus, and of the axis' lanes those at `point`. */
export function partsAt(target: Element, point: { x: number; y: number } | null): Part[] {
  if (player()?.contains(target)) return ['player'];
  const found = ELEMENTS.find(([, selector]) => target.closest(selector));
  if (found) return [found[0]];
  if (!target.closest('[data-panel="axis"]')) return [];
  if (!point) return target.closest('[role="slider"], input[type="range"]') ? ['cursor'] : [];
  const parts = LANES.filter((part) => {
    const box = laneBox(part);
    return box && point.y >= box.top && point.y < box.top + box.height;
  });
  const cursor = laneBox('cursor');
  const middle = cursor && cursor.left + cursor.width / 2;
  if (middle !== null && Math.abs(point.x - middle) < NEAR) parts.push('cursor');
  return parts;
}

/** Lanes of the axis that words stand for; the lines of the flat models lie over the staircase. */
const LANES: readonly Part[] = ['arcs', 'tokens', 'surprise', 'staircase', 'flat', 'sawtooth'];

/** Scrolls the page as far as a part needs to be seen. */
export function bringIntoView(box: Box | null): void {
  if (!box) return;
  const { innerHeight } = window;
  if (box.top >= 0 && box.top + box.height <= innerHeight) return;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const middle = box.top - Math.max(0, (innerHeight - box.height) / 2);
  window.scrollBy({ top: middle, behavior: still ? 'auto' : 'smooth' });
}

/** A lane of the axis in the window. */
function laneBox(part: Part): Box | null {
  const panel = document.querySelector('[data-panel="axis"]');
  const axis = panel && axisIn(panel);
  if (!axis) return null;
  const { canvas, geometry } = axis;
  const rect = rectOf(part);
  if (!rect) return null;
  const { left, top } = canvas.getBoundingClientRect();
  return { left: left + rect.x, top: top + rect.y, width: rect.width, height: rect.height };

  function rectOf(name: Part): Rect | null {
    switch (name) {
      case 'arcs':
        return geometry.arcs.lane;
      case 'tokens':
        return joined(geometry.strip.lane, geometry.ruler.lane);
      case 'surprise':
        return geometry.surprise.lane;
      case 'staircase':
      case 'flat':
        return geometry.cache.lane;
      case 'sawtooth':
        return geometry.local.lane;
      case 'cursor': {
        const { playhead, strip, local } = geometry;
        if (!playhead) return null;
        const { x, width } = playhead.frame;
        const { y } = strip.lane;
        return { x: x - 2, y, width: width + 4, height: local.lane.y + local.lane.height - y };
      }
      default:
        return null;
    }
  }
}

function joined(above: Rect, below: Rect): Rect {
  return { ...above, height: below.y + below.height - above.y };
}

/** The buttons of the player, and the pace. */
function player(): Element | null {
  return (
    document.querySelector('[data-panel="axis"] select[aria-label="Pace"]')?.parentElement ?? null
  );
}

/** The box around elements; null when none of them is seen. */
function unite(elements: readonly (Element | null)[]): Box | null {
  const rects = elements.flatMap((element) => {
    const rect = element?.getBoundingClientRect();
    return rect && rect.width > 0 && rect.height > 0 ? [rect] : [];
  });
  if (rects.length === 0) return null;
  const left = Math.min(...rects.map((rect) => rect.left));
  const top = Math.min(...rects.map((rect) => rect.top));
  const right = Math.max(...rects.map((rect) => rect.right));
  const bottom = Math.max(...rects.map((rect) => rect.bottom));
  return { left, top, width: right - left, height: bottom - top };
}
