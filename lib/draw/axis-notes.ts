import { formatBytes } from '@/lib/model/cost';
import { blockX, tokenAt, tokenX } from './axis-scale';
import type { CacheData, CacheGeometry, FlatLine } from './cache-lane';
import type { LocalLaneGeometry } from './local-lane';
import type { Rect } from './shapes';

/** A few words in the cache lanes, at what they are about. */
export interface ChartNote {
  text: string;
  x: number;
  /** Height of the base line. */
  y: number;
  tone: 'global' | 'local' | 'flat';
}

/** Lower lanes have no room for words beside their lines. */
const LEAST_HEIGHT = 80;
/** Of the type's size: no character of the sans face is wider on average, nor is a bold one. */
const CHARACTER = 0.58;
/** Places along the lane where words may begin. */
const PLACES = 24;
/** Free pixels between words and lines. */
const CLEAR = 4;

/**
 * Words at the lines of the cache lanes, where they touch nothing; what finds no room is left out. Each takes the first
 * free place from the left, so that it stays where it is while the lines grow to the right.
 */
export function layoutNotes(
  data: CacheData | null,
  cache: CacheGeometry,
  local: LocalLaneGeometry,
  type: number,
): ChartNote[] {
  const { lane, scale } = cache;
  if (!data || lane.height < LEAST_HEIGHT) return [];
  const notes: ChartNote[] = [];
  const taken: Rect[] = [];
  // Without a gutter the bytes of the scale stand inside the lane.
  const left = lane.x + (lane.x === 0 ? type * 5.5 : 8);
  // Before the line at the cursor.
  const right = Math.min(tokenX(scale, cache.end - 0.5), lane.x + lane.width) - 8;
  const place = (
    text: string,
    tone: ChartNote['tone'],
    from: number,
    baselines: (x0: number, x1: number) => number[],
  ) => {
    const width = text.length * type * CHARACTER;
    for (let i = 0; i < PLACES; i++) {
      const x = left + (i * lane.width) / PLACES;
      if (x < from || x + width > right) continue;
      for (const y of baselines(x, x + width)) {
        const box = { x, y: y - type * 0.85, width, height: type * 1.1 };
        if (!isFree(box, cache, taken)) continue;
        taken.push(box);
        notes.push({ text, x, y, tone });
        return;
      }
    }
  };
  for (const [i, line] of cache.flat.entries()) {
    const rival = data.flat[i];
    if (!rival) continue;
    const each = rival.held(local.tokens.to + 1) - rival.held(local.tokens.to);
    place(`flat, ${line.match}: ${formatBytes(each)} a token`, 'flat', left, (x0, x1) =>
      besideLine(line, x0, x1, type),
    );
  }
  const overStairs = (x0: number, x1: number) => [stairsTop(cache, x0, x1) - CLEAR - 1];
  place('one slot a block', 'global', left, overStairs);
  // The window is drawn twice: in its own lane, and on the staircase.
  const after = tokenX(scale, cache.end) + 10;
  const dropped = 'fills, then dropped';
  const decoded = blockX(scale, data.promptBlocks);
  if (tokenX(scale, cache.end) <= decoded) return notes;
  if (after + dropped.length * type * CHARACTER < lane.x + lane.width) {
    const y = local.lane.y + local.lane.height / 2 + type * 0.35;
    notes.push({ text: dropped, x: after, y, tone: 'local' });
  } else place(`local: ${dropped}`, 'local', decoded, overStairs);
  return notes;
}

/** Base lines of words over a line, and under it. */
function besideLine(line: FlatLine, x0: number, x1: number, type: number): number[] {
  const { top, bottom } = reach(line, x0, x1);
  return [top - CLEAR - 2, bottom + CLEAR + type];
}

/** The highest and the lowest point of a line between two x. */
function reach({ xs, ys }: FlatLine, x0: number, x1: number): { top: number; bottom: number } {
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  // Points stand at even distances; one more on each side, so that the line between them counts.
  const first = xs[0] ?? 0;
  const step = (xs[1] ?? first + 1) - first;
  const end = Math.min(xs.length, Math.ceil((x1 - first) / step) + 1);
  for (let i = Math.max(0, Math.floor((x0 - first) / step)); i < end; i++) {
    top = Math.min(top, ys[i] ?? top);
    bottom = Math.max(bottom, ys[i] ?? bottom);
  }
  return { top, bottom };
}

/** The highest point of the staircase, and of the window on it, between two x. */
function stairsTop(
  { scale, tokens, stacked, blocks, steps, lane }: CacheGeometry,
  x0: number,
  x1: number,
): number {
  let top = lane.y + lane.height;
  const end = Math.min(tokens.to, tokenAt(scale, x1) + 1);
  for (let token = Math.max(tokens.from, tokenAt(scale, x0)); token < end; token++) {
    const over = stacked[token - tokens.from] ?? Number.NaN;
    const step = steps[Math.floor(token / scale.blockLength) - blocks.from] ?? top;
    top = Math.min(top, Number.isNaN(over) ? step : over);
  }
  return top;
}

function isFree(box: Rect, cache: CacheGeometry, taken: readonly Rect[]): boolean {
  const { lane } = cache;
  const [x1, y1] = [box.x + box.width, box.y + box.height];
  if (!(box.y >= lane.y && y1 <= lane.y + lane.height)) return false;
  const crosses = ({ top, bottom }: { top: number; bottom: number }) =>
    top - CLEAR / 2 < y1 && bottom + CLEAR / 2 > box.y;
  if (cache.flat.some((line) => crosses(reach(line, box.x, x1)))) return false;
  if (stairsTop(cache, box.x, x1) < y1) return false;
  if (cache.allocatedY !== null && crosses({ top: cache.allocatedY, bottom: cache.allocatedY }))
    return false;
  return taken.every(
    ({ x, y, width, height }) =>
      box.x > x + width + 2 * CLEAR || x > x1 + 2 * CLEAR || box.y > y + height || y > y1,
  );
}
