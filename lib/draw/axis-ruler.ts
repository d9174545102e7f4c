import {
  type AxisScale,
  blocksInView,
  blockX,
  roundStep,
  tokensInView,
  tokenX,
} from './axis-scale';
import type { Context2D, Rect } from './shapes';
import type { Theme } from './theme';
import { type BlockKind, blockRuns, type StripData } from './token-strip';

export interface RulerLabel {
  block: number;
  x: number;
  text: string;
  /** Width that the label is sure to fit into. */
  width: number;
  current: boolean;
}

/** Brackets, ticks and block labels under the tokens: the timeline itself. */
export interface RulerGeometry {
  lane: Rect;
  scale: AxisScale;
  type: number;
  /** One bracket a block, or one for a run of blocks that are too narrow to part. */
  brackets: { from: number; to: number; kind: BlockKind }[];
  labels: RulerLabel[];
  /** Every how many blocks a tick stands, and a tall one. */
  blockTicks: number;
  tallTicks: number;
  tokenTicks: boolean;
  /** Ticks end with the tokens that are written. */
  end: number;
}

/** Of the type's size: no character of the sans face is wider in a label made of words and digits. */
const CHARACTER = 0.66;
/** Free space between two labels, in pixels; half of it lies before each. */
const LABEL_GAP = 8;
/** Narrower blocks share one bracket. */
const SMALLEST_PARTED = 7;

/**
 * Labels are thinned so that none overlap: words, then numbers, then numbers at round steps. The block at the cursor keeps its
 * label, and those that would touch it give way.
 */
export function layoutRuler(
  data: StripData,
  scale: AxisScale,
  lane: Rect,
  type: number,
): RulerGeometry {
  const L = scale.blockLength;
  const width = scale.pitch * L;
  const { from, to } = blocksInView(scale);
  const written = Math.ceil(data.length / L);
  const end = Math.min(to, written);
  const now = data.cursor === null ? -1 : Math.floor(data.cursor / L);
  const digits = String(Math.max(0, end - 1)).length;
  const widthOf = (characters: number) => characters * type * CHARACTER + LABEL_GAP;
  const words = width >= widthOf('prompt '.length + digits);
  const step = words ? 1 : roundStep(widthOf(digits) / width);
  const right = scale.left + scale.width;
  const label = (block: number): RulerLabel => {
    const prompt = block < data.promptBlocks;
    const text = words ? `${prompt ? 'prompt' : 'block'} ${block}` : String(block);
    const room = widthOf(text.length);
    // The label of a block that the left edge cuts stays readable.
    const x = words ? Math.max(blockX(scale, block), scale.left) : blockX(scale, block);
    return { block, x, text, width: room, current: block === now };
  };
  const current = now >= from && now < end ? label(now) : null;
  if (current) current.x = Math.max(scale.left, Math.min(current.x, right - current.width));
  const labels: RulerLabel[] = [];
  for (let block = Math.ceil(from / step) * step; block < end; block += step) {
    if (block === now) continue;
    const one = label(block);
    const blocked = current && one.x < current.x + current.width && current.x < one.x + one.width;
    const cut = one.x < scale.left || one.x + one.width > labelEnd(scale, block, words) + 1e-6;
    if (!blocked && !cut) labels.push(one);
  }
  if (current) labels.push(current);
  return {
    lane,
    scale,
    type,
    brackets: blockRuns(data, scale, width < SMALLEST_PARTED),
    labels,
    blockTicks: width >= 5 ? 1 : roundStep(5 / width),
    tallTicks: step,
    tokenTicks: scale.pitch >= 5,
    end,
  };
}

/** Where the label of `block` has to end: with the axis, and while it is in words with its block. */
function labelEnd(scale: AxisScale, block: number, words: boolean): number {
  const end = scale.left + scale.width + LABEL_GAP / 2;
  return words ? Math.min(end, blockX(scale, block + 1)) : end;
}

/** Paints brackets, ticks (a block's taller than a token's) and labels. */
export function paintRuler(ctx: Context2D, geometry: RulerGeometry, theme: Theme): void {
  const { lane, scale, type } = geometry;
  const L = scale.blockLength;
  const gap = scale.pitch * L >= 10 ? 1 : 0;
  for (const { from, to, kind } of geometry.brackets) {
    if (kind === 'empty') continue;
    ctx.fillStyle = kind === 'current' ? theme.local : theme.global;
    const x = blockX(scale, from) + gap;
    ctx.fillRect(x, lane.y, blockX(scale, to) - gap - x, 3);
  }
  ctx.strokeStyle = theme.mute;
  ctx.lineWidth = 1;
  ctx.globalAlpha = 0.55;
  ctx.beginPath();
  if (geometry.tokenTicks) {
    const tokens = tokensInView(scale);
    for (let token = tokens.from; token < Math.min(tokens.to, geometry.end * L); token++) {
      if (token % L !== 0) tick(ctx, tokenX(scale, token), lane.y + 4, 4);
    }
  }
  const step = geometry.blockTicks;
  const first = Math.ceil(blocksInView(scale).from / step) * step;
  for (let block = first; block < geometry.end; block += step) {
    tick(ctx, blockX(scale, block), lane.y + 3, block % geometry.tallTicks === 0 ? 11 : 7);
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  for (const { x, text, current } of geometry.labels) {
    ctx.font = `${current ? 600 : 400} ${type}px ${theme.sans}`;
    ctx.fillStyle = current ? theme.local : theme.mute;
    ctx.fillText(text, x + LABEL_GAP / 2, lane.y + lane.height - 3);
  }
}

function tick(ctx: Context2D, x: number, y: number, height: number): void {
  ctx.moveTo(x, y);
  ctx.lineTo(x, y + height);
}
