import {
  type AxisScale,
  blocksInView,
  blockX,
  type Range,
  tokensInView,
  tokenX,
} from './axis-scale';
import {
  type Context2D,
  paintHatch,
  type Rect,
  setTokenFont,
  shorten,
  TOKEN_CHARACTER,
} from './shapes';
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
  /** Whether the reader chose a token instead of its being drawn; left out: none. */
  forced?(token: number): boolean;
  /** The token from which on the run is not its parent's any more; null or left out for a run of its own. */
  branchAt?: number | null;
}

export type CellKind = 'pad' | 'prompt' | 'written' | 'discarded' | 'empty';
export type BlockKind = 'prompt' | 'written' | 'current' | 'empty';

/** A run of neighbouring blocks `from` … `to − 1` that look the same. */
export interface BlockRun extends Range {
  kind: BlockKind;
}

export interface StripGeometry {
  lane: Rect;
  scale: AxisScale;
  data: StripData;
  tokens: Range;
  blocks: BlockRun[];
  /** The cells of the tokens that the reader chose. */
  forced: Rect[];
  /** Where the run left its parent: the edge before that token. */
  branch: number | null;
  writing: Writing;
  /** In each block, where tokens are written on lines; 0 elsewhere. */
  lines: number;
  /** Size of the type and how many characters fit. */
  type: number;
  room: number;
}

/** How tokens are written: side by side, upright, block by block on lines, or not at all. */
export type Writing = 'across' | 'upright' | 'lines' | 'none';

/** Of the type's size: narrower tokens have no room for text, even set upright. */
const SMALLEST_UPRIGHT = 1.04;
/** Of the type's size: narrower blocks have no room for text at all. */
const SMALLEST_LINES = 3.3;
/** Of the type's size: a line of text. */
const LINE = 1.25;
/** Of the type's size: the height of the lane with text in it, and without. */
const WRITTEN = 5.4;
const BARE = 1.4;
/** Of the type's size: wide enough for text side by side. */
const SMALLEST_ACROSS = 6;
/** Narrower cells have no room for an outline. */
const SMALLEST_OUTLINE = 5;
/** Height and width of the mark where a run left its parent. */
const PENNANT = 8;
/** Narrower blocks are not parted by a gap. */
const SMALLEST_PARTED = 10;

/** How the tokens of a scale are written in type of size `type`. */
export function writingOf({ pitch, blockLength }: AxisScale, type: number): Writing {
  if (pitch >= type * SMALLEST_ACROSS) return 'across';
  if (pitch >= type * SMALLEST_UPRIGHT) return 'upright';
  return pitch * blockLength >= type * SMALLEST_LINES ? 'lines' : 'none';
}

/** The height that the tokens need: little where none is written. */
export function stripHeight(scale: AxisScale, type: number): number {
  return Math.round(type * (writingOf(scale, type) === 'none' ? BARE : WRITTEN));
}

/** Where a token stands: its part of the axis, or where tokens are written on lines, its line in its block. */
export function tokenCell(
  { lane, scale, lines }: Pick<StripGeometry, 'lane' | 'scale' | 'lines'>,
  token: number,
): Rect {
  if (lines === 0) return cellRect(scale, lane, token, token + 1, 0);
  const L = scale.blockLength;
  const block = Math.floor(token / L);
  const line = Math.floor((token - block * L) / perLine(L, lines));
  const height = lane.height / lines;
  const x = blockX(scale, block);
  return { x, y: lane.y + line * height, width: L * scale.pitch, height };
}

/** Tokens on each line of a block but, maybe, its last. */
function perLine(blockLength: number, lines: number): number {
  return Math.ceil(blockLength / lines);
}

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

/** What a block is. */
export function blockKind(
  block: number,
  data: Pick<StripData, 'length' | 'promptBlocks' | 'cursor'>,
  blockLength: number,
): BlockKind {
  if (block * blockLength >= data.length) return 'empty';
  if (data.cursor !== null && Math.floor(data.cursor / blockLength) === block) return 'current';
  return block < data.promptBlocks ? 'prompt' : 'written';
}

/** The blocks in view, one by one or, when they are too narrow to part, joined into runs of one kind. */
export function blockRuns(data: StripData, scale: AxisScale, joined: boolean): BlockRun[] {
  const { from, to } = blocksInView(scale);
  const runs: BlockRun[] = [];
  let last: BlockRun | undefined;
  for (let block = from; block < to; block++) {
    const kind = blockKind(block, data, scale.blockLength);
    if (joined && last?.kind === kind) last.to = block + 1;
    else {
      last = { from: block, to: block + 1, kind };
      runs.push(last);
    }
  }
  return runs;
}

/** Tokens in their blocks, on the axis, in type of size `type` or, where there is room, larger. */
export function layoutStrip(
  data: StripData,
  scale: AxisScale,
  lane: Rect,
  type = 12,
  /** Whether the lane is high enough for text. */
  withText = true,
): StripGeometry {
  const { pitch, blockLength } = scale;
  const writing = withText ? writingOf(scale, type) : 'none';
  const across = writing === 'across';
  const size = across ? Math.round(Math.min(type * 1.75, Math.max(type, pitch / 8))) : type;
  const length = across
    ? pitch - 12
    : writing === 'lines'
      ? pitch * blockLength - 8
      : lane.height - 6;
  const most = Math.max(1, Math.floor(lane.height / (type * LINE)));
  const tokens = tokensInView(scale);
  const { branchAt = null } = data;
  const geometry: StripGeometry = {
    lane,
    scale,
    data,
    tokens,
    forced: [],
    branch:
      branchAt !== null && branchAt >= tokens.from && branchAt < Math.min(tokens.to, data.length)
        ? tokenX(scale, branchAt)
        : null,
    blocks: blockRuns(data, scale, pitch * blockLength < SMALLEST_PARTED),
    writing,
    lines: writing === 'lines' ? Math.min(blockLength, most) : 0,
    type: size,
    room: Math.max(3, Math.floor(length / (size * TOKEN_CHARACTER))),
  };
  geometry.forced = forcedCells(geometry);
  return geometry;
}

function forcedCells(geometry: StripGeometry): Rect[] {
  const { data, tokens } = geometry;
  const cells: Rect[] = [];
  for (let token = tokens.from; token < Math.min(tokens.to, data.length); token++) {
    if (!data.forced?.(token)) continue;
    // Beside the frame of the cursor, not under it.
    const gap = token === data.cursor ? 3 : 1;
    cells.push(insetRect(tokenCell(geometry, token), gap));
  }
  return cells;
}

/** Paints block grounds and tokens; a finished block turns blue with `boundary`. */
export function paintStrip(
  ctx: Context2D,
  geometry: StripGeometry,
  theme: Theme,
  boundary = 1,
): void {
  paintGrounds(ctx, geometry, theme);
  paintSettling(ctx, geometry, theme, boundary);
  paintHatched(ctx, geometry, theme);
  if (geometry.writing === 'lines') paintLines(ctx, geometry, theme);
  else if (geometry.writing !== 'none') paintTokens(ctx, geometry, theme);
  paintForced(ctx, geometry, theme);
  if (geometry.branch === null) return;
  // On lines of text the mark would cross words that do not stand at it.
  const { lane } = geometry;
  const height = geometry.writing === 'lines' ? 0 : lane.height;
  paintBranch(ctx, geometry.branch, { ...lane, height }, theme);
}

function paintGrounds(ctx: Context2D, geometry: StripGeometry, theme: Theme): void {
  const { lane, scale } = geometry;
  const gap = gapOf(scale);
  for (const { from, to, kind } of geometry.blocks) {
    const x = blockX(scale, from) + gap;
    const width = blockX(scale, to) - gap - x;
    if (kind === 'empty') {
      ctx.strokeStyle = theme.line;
      ctx.lineWidth = 1;
      ctx.setLineDash([3, 3]);
      ctx.strokeRect(x + 0.5, lane.y + 0.5, width - 1, lane.height - 1);
      ctx.setLineDash([]);
      continue;
    }
    ctx.fillStyle =
      kind === 'current'
        ? theme.localPale
        : kind === 'prompt'
          ? theme.promptPale
          : theme.globalPale;
    ctx.fillRect(x, lane.y, width, lane.height);
  }
}

/** What is left of the local colours on the block before the cursor's. */
function paintSettling(
  ctx: Context2D,
  geometry: StripGeometry,
  theme: Theme,
  boundary: number,
): void {
  const { lane, scale, data } = geometry;
  if (boundary === 1 || data.cursor === null) return;
  const before = Math.floor(data.cursor / scale.blockLength) - 1;
  if (before < data.promptBlocks) return;
  const gap = gapOf(scale);
  const x = blockX(scale, before) + gap;
  ctx.globalAlpha = 1 - boundary;
  ctx.fillStyle = theme.localPale;
  ctx.fillRect(x, lane.y, blockX(scale, before + 1) - gap - x, lane.height);
  ctx.fillStyle = theme.local;
  ctx.fillRect(x, lane.y + lane.height, blockX(scale, before + 1) - gap - x, 3);
  ctx.globalAlpha = 1;
}

/** Pads and what was discarded after the end: cell by cell while tokens are written, else as one piece. */
function paintHatched(ctx: Context2D, geometry: StripGeometry, theme: Theme): void {
  const { lane, scale, data, tokens } = geometry;
  const hatch = (from: number, to: number) => {
    if (geometry.writing === 'none') {
      if (from < to) paintHatch(ctx, cellRect(scale, lane, from, to, 0), theme);
      return;
    }
    for (let token = from; token < to; token++) {
      const { x, y, width, height } = tokenCell(geometry, token);
      paintHatch(ctx, { x: x + 1, y, width: width - 2, height }, theme);
    }
  };
  hatch(tokens.from, Math.min(tokens.to, data.pads));
  if (data.discardedFrom !== null) {
    hatch(Math.max(tokens.from, data.discardedFrom), Math.min(tokens.to, data.length));
  }
}

/** What the reader chose is outlined, as in the text; a cell too narrow for an outline is filled. */
function paintForced(ctx: Context2D, { forced }: StripGeometry, theme: Theme): void {
  ctx.strokeStyle = theme.ink;
  ctx.fillStyle = theme.ink;
  ctx.lineWidth = 1.5;
  for (const { x, y, width, height } of forced) {
    if (width < SMALLEST_OUTLINE) ctx.fillRect(x, y, Math.max(1.5, width), height);
    else ctx.strokeRect(x + 0.75, y + 0.75, width - 1.5, height - 1.5);
  }
}

/** A line before the first token that is not the parent's, with a pennant that points on, over `rect`. */
export function paintBranch(ctx: Context2D, x: number, rect: Rect, theme: Theme): void {
  const { y, height } = rect;
  ctx.fillStyle = theme.now;
  ctx.fillRect(x - 1, y - PENNANT, 2, height + PENNANT);
  ctx.beginPath();
  ctx.moveTo(x, y - PENNANT);
  ctx.lineTo(x + PENNANT, y - PENNANT / 2);
  ctx.lineTo(x, y);
  ctx.fill();
}

/** The tokens of a block on a few lines, each cut to the block's width. */
function paintLines(ctx: Context2D, geometry: StripGeometry, theme: Theme): void {
  const { scale, data, tokens, room, lines, type } = geometry;
  const L = scale.blockLength;
  const each = perLine(L, lines);
  ctx.save();
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  setTokenFont(ctx, theme, 400, type);
  const first = Math.floor(tokens.from / L) * L;
  const end = Math.min(tokens.to, data.length);
  for (let block = first; block < end; block += L) {
    for (let from = block; from < Math.min(block + L, end); from += each) {
      const to = Math.min(from + each, block + L, end);
      let text = '';
      for (let token = from; token < to; token++) text += data.label(token);
      const now = data.cursor !== null && data.cursor >= from && data.cursor < to;
      if (now) setTokenFont(ctx, theme, 700, type);
      ctx.fillStyle = inkOf(now ? (data.cursor ?? from) : from, geometry, theme);
      const { x, y, height } = tokenCell(geometry, from);
      ctx.fillText(shorten(text, room), x + 4, y + height / 2 + 0.5);
      if (now) setTokenFont(ctx, theme, 400, type);
    }
  }
  ctx.restore();
}

function inkOf(token: number, { data, scale }: StripGeometry, theme: Theme): string {
  if (token === data.cursor) return theme.now;
  const later = data.cursor !== null && token > data.cursor;
  const kind = tokenKind(token, data, scale.blockLength);
  return later || kind === 'discarded' || kind === 'pad' ? theme.mute : theme.ink;
}

function paintTokens(ctx: Context2D, geometry: StripGeometry, theme: Theme): void {
  const { lane, scale, data, tokens, room, writing, type } = geometry;
  const upright = writing === 'upright';
  ctx.save();
  ctx.textBaseline = 'middle';
  ctx.textAlign = upright ? 'left' : 'center';
  setTokenFont(ctx, theme, 400, type);
  const middle = lane.y + lane.height / 2;
  // Upright text is written in a turned frame: its x axis runs up the page.
  if (upright) ctx.rotate(-Math.PI / 2);
  const end = Math.min(tokens.to, data.length);
  for (let token = tokens.from; token < end; token++) {
    const now = token === data.cursor;
    if (now) setTokenFont(ctx, theme, 700, type);
    ctx.fillStyle = inkOf(token, geometry, theme);
    const text = shorten(data.label(token), room);
    const x = tokenX(scale, token + 0.5);
    if (upright) ctx.fillText(text, 5 - (lane.y + lane.height), x + 0.5);
    else ctx.fillText(text, x, middle);
    if (now) setTokenFont(ctx, theme, 400, type);
  }
  ctx.restore();
}

function cellRect(scale: AxisScale, lane: Rect, from: number, to: number, gap: number): Rect {
  const x = tokenX(scale, from) + gap;
  return { x, y: lane.y, width: tokenX(scale, to) - gap - x, height: lane.height };
}

function insetRect({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x + by, y: y + by, width: Math.max(0, width - 2 * by), height: height - 2 * by };
}

function gapOf(scale: AxisScale): number {
  return scale.pitch * scale.blockLength >= SMALLEST_PARTED ? 1 : 0;
}
