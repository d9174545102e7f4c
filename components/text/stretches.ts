/** Blocks that are rendered together. */
const STRETCH = 16;

/** A block, or a token of a flat text: its first token, and its ids and their kinds joined by spaces. */
export interface Part {
  from: number;
  ids: string;
  kinds: string;
}

/** A text in its blocks, some of them together: a cursor that moves elsewhere leaves a stretch alone. */
export type Stretches = Part[][];

interface TextTokens {
  readonly tokens: Int32Array;
  /** Tokens known, pads included. */
  readonly length: number;
  readonly dims: { readonly blockLength: number };
}

/**
 * Cuts a text into its blocks. Parts are numbered from `-pads` on, so that 0 is the prompt's first token where pads are counted apart;
 * `kindOf` is asked by places in the padded sequence.
 */
export function stretchesOf(
  { tokens, length, dims: { blockLength } }: TextTokens,
  pads: number,
  kindOf: (place: number) => string,
): Stretches {
  const parts: Part[] = [];
  for (let start = 0; start < length; start += blockLength) {
    const ids = tokens.subarray(start, Math.min(length, start + blockLength));
    const kinds = Array.from(ids, (_, slot) => kindOf(start + slot));
    parts.push({ from: start - pads, ids: ids.join(' '), kinds: kinds.join(' ') });
  }
  return Array.from({ length: Math.ceil(parts.length / STRETCH) }, (_, i) =>
    parts.slice(i * STRETCH, (i + 1) * STRETCH),
  );
}
