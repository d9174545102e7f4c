/** The part of the text that the axis of a comparison shows, in text tokens. */
export interface CompareView {
  from: number;
  tokens: number;
}

/** What a view has to fit. */
export interface CompareBounds {
  /** The first place on the axis: 0, or lower where prefixes lie before the text. */
  first: number;
  /** Text tokens of the longer lane. */
  length: number;
  /** A run goes on, or may still. */
  growing: boolean;
  /** The most tokens that the longer lane can hold. */
  context: number;
  cursor: number | null;
}

/** While a text grows the axis is widened in few steps, so that it rarely moves. */
const STRIDE = 16;
/** A short text is not spread wider than this many tokens would be. */
export const LEAST = 32;
/** Where the cursor comes to lie when the view is moved on to it. */
const FRAMED = 0.75;

/** The whole text, with room to grow while it does; never less than `least` tokens. */
export function wholeView(bounds: CompareBounds, least = LEAST): CompareView {
  const { first, length, growing, context } = bounds;
  const grown = growing ? Math.min(context, Math.ceil((length + 1) / STRIDE) * STRIDE) : length;
  return { from: first, tokens: Math.max(least, grown - first) };
}

/**
 * The `room` tokens around the cursor whose text is legible. `before` is the view so far: it stays where it is as long as the
 * cursor is in it. The whole text where that has room.
 */
export function nearView(bounds: CompareBounds, room: number, before: CompareView): CompareView {
  const whole = wholeView(bounds, Math.min(room, LEAST));
  if (whole.tokens <= room || bounds.cursor === null) return whole;
  const { cursor } = bounds;
  const seen = before.tokens === room && cursor >= before.from && cursor < before.from + room;
  const from = seen ? before.from : Math.round(cursor + 0.5 - room * FRAMED);
  const last = whole.from + whole.tokens - room;
  return { from: Math.max(whole.from, Math.min(from, last)), tokens: room };
}

/** How many tokens have room for their text, upright, in `width` pixels with type of size `type`. */
export function legibleTokens(width: number, type: number): number {
  return Math.max(16, Math.floor(width / (type * 1.045)));
}
