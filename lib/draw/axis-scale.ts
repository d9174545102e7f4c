/** The shared token axis: which blocks are in view, and where each token lies. */
export interface AxisScale {
  blockLength: number;
  firstBlock: number;
  /** Blocks in view. */
  blocks: number;
  /** Width of a token in pixels. */
  pitch: number;
  left: number;
  width: number;
}

/** A token is at least this wide, so that its label (set upright) has room. */
const TOKEN_WIDTH = 20;

/** How many blocks fit into `width`: about twelve on a laptop, four on a phone. */
export function visibleBlocks(width: number, blockLength: number): number {
  return Math.min(16, Math.max(4, Math.floor(width / (blockLength * TOKEN_WIDTH))));
}

/**
 * The first block in view. The window stays where it is while the cursor's block and the one after it are inside, so
 * that scrubbing moves the playhead and not the picture.
 */
export function followWindow(
  previous: number,
  cursorBlock: number,
  capacity: number,
  totalBlocks: number,
): number {
  const last = Math.max(0, totalBlocks - capacity);
  let first = Math.min(previous, last);
  if (cursorBlock < first + 1) first = cursorBlock - 1;
  if (cursorBlock > first + capacity - 2) first = cursorBlock - capacity + 2;
  return Math.min(last, Math.max(0, first));
}

/** Lays `blocks` blocks from `firstBlock` on over `width` pixels. */
export function axisScale(
  firstBlock: number,
  blocks: number,
  blockLength: number,
  width: number,
  left = 0,
): AxisScale {
  return { blockLength, firstBlock, blocks, pitch: width / (blocks * blockLength), left, width };
}

/** The left edge of token `token`; `token + 1` gives its right edge. */
export function tokenX(scale: AxisScale, token: number): number {
  return scale.left + (token - scale.firstBlock * scale.blockLength) * scale.pitch;
}

/** The left edge of block `block`. */
export function blockX(scale: AxisScale, block: number): number {
  return tokenX(scale, block * scale.blockLength);
}

/** The middle of block `block`: where its arcs start and end. */
export function blockMiddle(scale: AxisScale, block: number): number {
  return tokenX(scale, (block + 0.5) * scale.blockLength);
}

/** The token at a point, whether it is written or not. */
export function tokenAt(scale: AxisScale, x: number): number {
  return Math.floor((x - scale.left) / scale.pitch) + scale.firstBlock * scale.blockLength;
}

/** The first token in view and the one after the last. */
export function tokensInView(scale: AxisScale): { from: number; to: number } {
  const from = scale.firstBlock * scale.blockLength;
  return { from, to: from + scale.blocks * scale.blockLength };
}
