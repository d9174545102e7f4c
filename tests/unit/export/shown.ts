import type { Shown } from '@/lib/export/shown';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import { recorded } from '../trace/synthetic';

/** Three prompt blocks and two written ones of a synthetic trace, with the cursor in the last. */
export const { trace } = recorded(3, 2);

/** Token 2 is a formula, token 3 a line break: what an export has to be careful with. */
const TEXTS: Record<number, string> = { 0: '(pad)', 2: '=1+1', 3: '\n', 4: ' "so"', 5: ', <b>' };

export function shownAt(cursor: number, change: Partial<Shown> = {}): Shown {
  const text = (id: number) => TEXTS[id] ?? `t${id}`;
  return {
    trace,
    cursor,
    global: { layer: 1, head: 2 },
    local: { layer: 0, head: 1 },
    view: DEFAULT_MAP_VIEW,
    text,
    label: (id) => text(id).replaceAll(' ', '·').replaceAll('\n', '↵'),
    allocated: 4096,
    ...change,
  };
}
