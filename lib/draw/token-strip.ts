import { type AxisScale, blockX, tokensInView, tokenX } from './axis-scale';
import { type Context2D, paintHatch, type Rect, setTokenFont, shorten } from './shapes';
import type { Theme } from './theme';

export interface StripData {
  /** Tokens written so far, later than the cursor or not. */
  length: number;
  label(token: number): string;
  pads: number;
  promptBlocks: number;
  /** First discarded token, or null. */
  discardedFrom: number | null;
  /** The token being written, or null before a run. */
  cursor: number | null;
}

export type CellKind = 'pad' | 'prompt' | 'written' | 'discarded' | 'empty';

export interface StripCell {
  token: number;
  x: number;
  kind: CellKind;
  label: string;
  now: boolean;
  /** Written already, but after the cursor. */
  later: boolean;
}

export interface StripBlock {
  block: number;
  x: number;
  label: string;
  kind: 'prompt' | 'written' | 'current' | 'empty';
}

export interface StripGeometry {
  lane: Rect;
  pitch: number;
  blockWidth: number;
  cells: StripCell[];
  blocks: StripBlock[];
}

/** Height of the bracket and block label under the tokens. */
const BRACKET_HEIGHT = 24;
/** Narrower tokens have no room for text, even set upright. */
const SMALLEST_LABELLED = 11;
/** Width of a character of the 12 px monospace face. */
const CHARACTER = 7.3;

/** What a token of the padded sequence is. */
export function tokenKind(
  token: number,
  data: Pick<StripData, 'length' | 'pads' | 'promptBlocks' | 'discardedFrom'>,
  blockLength: number,
): CellKind {
  if (token >= data.length) return 'empty';
  if (token < data.pads) return 'pad';
  if (data.discardedFrom !== null && token >= data.discardedFrom) return 'discarded';
  return token < data.promptBlocks * blockLength ? 'prompt' : 'written';
}

/** Tokens in their blocks, on the axis. */
export function layoutStrip(data: StripData, scale: AxisScale, lane: Rect): StripGeometry {
  const { from, to } = tokensInView(scale);
  const L = scale.blockLength;
  const room = Math.max(3, Math.floor((lane.height - BRACKET_HEIGHT - 10) / CHARACTER));
  const cells: StripCell[] = [];
  for (let token = from; token < to; token++) {
    const kind = tokenKind(token, data, L);
    cells.push({
      token,
      x: tokenX(scale, token),
      kind,
      label: kind === 'empty' ? '' : shorten(data.label(token), room),
      now: token === data.cursor,
      later: data.cursor !== null && token > data.cursor,
    });
  }
  const blocks: StripBlock[] = [];
  for (let block = scale.firstBlock; block < scale.firstBlock + scale.blocks; block++) {
    const written = block * L < data.length;
    const current = data.cursor !== null && Math.floor(data.cursor / L) === block;
    const prompt = block < data.promptBlocks;
    blocks.push({
      block,
      x: blockX(scale, block),
      label: written ? `${prompt ? 'prompt' : 'block'} ${block}` : '',
      kind: !written ? 'empty' : current ? 'current' : prompt ? 'prompt' : 'written',
    });
  }
  return { lane, pitch: scale.pitch, blockWidth: scale.pitch * L, cells, blocks };
}

/** Paints block grounds, tokens set upright, brackets and block labels; a finished block turns blue with `boundary`. */
export function paintStrip(
  ctx: Context2D,
  geometry: StripGeometry,
  theme: Theme,
  boundary = 1,
): void {
  const { lane } = geometry;
  const height = lane.height - BRACKET_HEIGHT;
  for (const block of geometry.blocks) paintBlock(ctx, block, geometry, theme, height);
  paintSettling(ctx, geometry, theme, height, boundary);
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  const labelled = geometry.pitch >= SMALLEST_LABELLED;
  for (const cell of geometry.cells) {
    if (cell.kind === 'empty') continue;
    if (cell.kind === 'pad' || cell.kind === 'discarded') {
      const gap = labelled ? 1 : 0;
      const inset = { x: cell.x + gap, y: lane.y, width: geometry.pitch - 2 * gap, height };
      paintHatch(ctx, inset, theme);
    }
    if (!labelled) continue;
    ctx.save();
    ctx.translate(cell.x + geometry.pitch / 2, lane.y + height - 6);
    ctx.rotate(-Math.PI / 2);
    setTokenFont(ctx, theme, cell.now ? 700 : 400);
    ctx.fillStyle = cell.now
      ? theme.now
      : cell.later || cell.kind === 'discarded' || cell.kind === 'pad'
        ? theme.mute
        : theme.ink;
    ctx.fillText(cell.label, 0, 0.5);
    ctx.restore();
  }
}

/** What is left of the local colours on the block before the cursor's. */
function paintSettling(
  ctx: Context2D,
  geometry: StripGeometry,
  theme: Theme,
  height: number,
  boundary: number,
): void {
  const now = geometry.blocks.findIndex((block) => block.kind === 'current');
  const before = geometry.blocks[now - 1];
  if (boundary === 1 || before?.kind !== 'written') return;
  ctx.globalAlpha = 1 - boundary;
  ctx.fillStyle = theme.localPale;
  ctx.fillRect(before.x + 1, geometry.lane.y, geometry.blockWidth - 2, height);
  ctx.fillStyle = theme.local;
  ctx.fillRect(before.x + 1, geometry.lane.y + height, geometry.blockWidth - 2, 3);
  ctx.globalAlpha = 1;
}

function paintBlock(
  ctx: Context2D,
  block: StripBlock,
  geometry: StripGeometry,
  theme: Theme,
  height: number,
): void {
  const { lane, blockWidth } = geometry;
  const gap = blockWidth >= 10 ? 1 : 0;
  const x = block.x + gap;
  const width = blockWidth - 2 * gap;
  if (block.kind === 'empty') {
    ctx.strokeStyle = theme.line;
    ctx.lineWidth = 1;
    ctx.setLineDash([3, 3]);
    ctx.strokeRect(x + 0.5, lane.y + 0.5, width - 1, height - 1);
    ctx.setLineDash([]);
    return;
  }
  const current = block.kind === 'current';
  ctx.fillStyle = current
    ? theme.localPale
    : block.kind === 'prompt'
      ? theme.promptPale
      : theme.globalPale;
  ctx.fillRect(x, lane.y, width, height);
  ctx.fillStyle = current ? theme.local : theme.global;
  ctx.fillRect(x, lane.y + height, width, 3);
  const label = blockLabel(block, blockWidth);
  if (label === null) return;
  ctx.font = `${current ? 600 : 400} 12px ${theme.sans}`;
  ctx.fillStyle = current ? theme.local : theme.mute;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.fillText(label, x + Math.min(4, width / 4), lane.y + height + 17);
}

/** The label that fits: in full, the number alone, or null between labelled blocks. */
function blockLabel(block: StripBlock, width: number): string | null {
  if (width >= 60) return block.label;
  const every = [1, 2, 4, 8, 16, 32].find((step) => step * width >= 30) ?? 64;
  return block.block % every === 0 ? String(block.block) : null;
}
