import { formatBytes, timesLessWords } from '@/lib/model/cost';
import { type CacheData, type CacheGeometry, FLAT_DASHES, type FlatRival } from './cache-lane';
import { type Context2D, type Rect, textWidth } from './shapes';
import type { Theme } from './theme';

/** One entry of the cache lane's key: what a line is, and its value at the cursor or under the pointer. */
export interface LegendItem {
  swatch: 'global' | 'allocated' | 'local' | FlatRival['match'];
  text: string;
}

export interface LegendGeometry {
  lane: Rect;
  type: number;
  /** Which token the values are of, where that is not the cursor's. */
  lead: string | null;
  items: LegendItem[];
  /** How much less is held than by a rival, which it names; null while there is nothing to divide. */
  ratio: string | null;
}

/** The key of the cache lane with the values at the token at the cursor, or at token `pointed` and saying so; every ratio names its rival. */
export function layoutLegend(
  data: CacheData | null,
  cache: CacheGeometry,
  cursor: number,
  lane: Rect,
  type: number,
  pointed: number | null = null,
): LegendGeometry {
  const geometry: LegendGeometry = { lane, type, lead: null, items: [], ratio: null };
  if (!data) return geometry;
  const at = pointed ?? cursor;
  if (pointed !== null) geometry.lead = `at token ${pointed}:`;
  const global = data.globalHeld(at);
  const local = data.localHeld(at);
  geometry.items.push({ swatch: 'global', text: `global, held ${formatBytes(global)}` });
  geometry.items.push({ swatch: 'local', text: `local (derived) ${formatBytes(local)}` });
  for (const rival of data.flat) {
    const text = `flat, ${rival.match} ${formatBytes(rival.held(at))}`;
    geometry.items.push({ swatch: rival.match, text });
  }
  if (data.allocated !== null) {
    const above = cache.allocatedAbove === null ? '' : ' ↑ above this scale';
    geometry.items.push({
      swatch: 'allocated',
      text: `allocated ${formatBytes(data.allocated)}${above}`,
    });
  }
  // The fairer rival is the one that writes as well.
  const rival = data.flat.find(({ match }) => match === 'same loss') ?? data.flat[0];
  const held = rival?.held(at) ?? 0;
  if (rival && held > 0 && global + local > 0) {
    geometry.ratio = `${timesLessWords(held / (global + local))} than flat, ${rival.match}`;
  }
  return geometry;
}

const SWATCH = 18;
const SPACE = 14;

/** Paints the key in one row, or in as many as the lane has room for; what does not fit is left out, last first. */
export function paintLegend(ctx: Context2D, geometry: LegendGeometry, theme: Theme): void {
  const { lane, type, lead, items, ratio } = geometry;
  const row = type * 1.4;
  const right = lane.x + lane.width;
  let { x } = lane;
  let y = lane.y + type;
  const font = `400 ${type}px ${theme.sans}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  const place = (width: number): boolean => {
    if (x + width > right && x > lane.x) {
      x = lane.x;
      y += row;
    }
    return y <= lane.y + lane.height;
  };
  const bold = `600 ${type}px ${theme.sans}`;
  const say = (words: string, colour: string, space: number) => {
    const width = textWidth(ctx, theme, bold, words);
    if (!place(width)) return;
    ctx.fillStyle = colour;
    ctx.fillText(words, x, y);
    x += width + space;
  };
  if (lead !== null) say(lead, theme.now, type * 0.5);
  if (ratio !== null) say(ratio, theme.ink, SPACE + 4);
  for (const item of items) {
    const width = textWidth(ctx, theme, font, item.text);
    if (!place(SWATCH + 6 + width)) return;
    paintSwatch(ctx, item.swatch, x, y - type * 0.36, theme);
    ctx.font = font;
    ctx.fillStyle = theme.mute;
    ctx.fillText(item.text, x + SWATCH + 6, y);
    x += SWATCH + 6 + width + SPACE;
  }
}

function paintSwatch(
  ctx: Context2D,
  swatch: LegendItem['swatch'],
  x: number,
  y: number,
  theme: Theme,
): void {
  if (swatch === 'local') {
    ctx.fillStyle = theme.local;
    ctx.fillRect(x, y - 4, SWATCH, 8);
    return;
  }
  if (swatch === 'global') {
    ctx.fillStyle = theme.global;
    ctx.globalAlpha = 0.28;
    ctx.fillRect(x, y - 4, SWATCH, 8);
    ctx.globalAlpha = 1;
    ctx.fillRect(x, y - 4, SWATCH, 2);
    return;
  }
  const flat = swatch !== 'allocated';
  ctx.strokeStyle = flat ? theme.flat : theme.global;
  ctx.lineWidth = flat ? 2 : 1;
  ctx.setLineDash(flat ? FLAT_DASHES[swatch] : []);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + SWATCH, y);
  ctx.stroke();
  ctx.setLineDash([]);
}
