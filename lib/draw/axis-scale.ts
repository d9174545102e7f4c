/** The shared token axis: which part of the run is in view, and where each token lies. */
export interface AxisScale {
  blockLength: number;
  /** The block at the left edge; a fraction when the edge cuts a block. */
  from: number;
  /** Blocks in view, whole or not. */
  span: number;
  /** Width of a token in pixels. */
  pitch: number;
  left: number;
  width: number;
}

/** Half-open range of tokens or blocks. */
export interface Range {
  from: number;
  to: number;
}

/** A token set upright in type of size 1 needs this width. */
const TOKEN_WIDTH = 5 / 3;

/** How many blocks fit legibly into `width` pixels with type of size `type`: twelve on a laptop, four on a phone. */
export function legibleBlocks(width: number, blockLength: number, type = 12): number {
  return Math.min(12, Math.max(4, Math.floor(width / (blockLength * TOKEN_WIDTH * type))));
}

/** Lays `span` blocks from `from` on over `width` pixels. */
export function axisScale(
  from: number,
  span: number,
  blockLength: number,
  width: number,
  left = 0,
): AxisScale {
  return { blockLength, from, span, pitch: width / (span * blockLength), left, width };
}

/** The left edge of token `token`; `token + 1` gives its right edge. */
export function tokenX(scale: AxisScale, token: number): number {
  return scale.left + (token - scale.from * scale.blockLength) * scale.pitch;
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
  return Math.floor((x - scale.left) / scale.pitch + scale.from * scale.blockLength);
}

/** The place of a point in blocks, as a fraction. */
export function blockAt(scale: AxisScale, x: number): number {
  return (x - scale.left) / (scale.pitch * scale.blockLength) + scale.from;
}

// A view that ends on a border must not count the block behind it for a rounding error.
const EPSILON = 1e-6;

/** Tokens of which something is in view. */
export function tokensInView({ from, span, blockLength }: AxisScale): Range {
  return {
    from: Math.max(0, Math.floor(from * blockLength + EPSILON)),
    to: Math.ceil((from + span) * blockLength - EPSILON),
  };
}

/** Blocks of which something is in view. */
export function blocksInView({ from, span }: AxisScale): Range {
  return {
    from: Math.max(0, Math.floor(from + EPSILON)),
    to: Math.ceil(from + span - EPSILON),
  };
}

/** The smallest of 1, 2, 5, 10, 20, 50 … that is at least `least`. */
export function roundStep(least: number): number {
  for (let step = 1; ; step *= 10) {
    for (const factor of [1, 2, 5]) if (step * factor >= least) return step * factor;
  }
}
