import { contextBlocks } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';

/** The part of the run that the time axis shows. Lengths are in blocks and may be fractions. */
export interface AxisView {
  /** The newest blocks that fit legibly, the whole run, or what the reader chose. */
  zoom: 'recent' | 'whole' | 'chosen';
  /** Left edge: block 0 begins at 0. */
  from: number;
  /** Blocks in view. */
  span: number;
  /** The view goes with the cursor; it ends when the reader looks where the cursor is not. */
  following: boolean;
}

/** What a view has to fit. */
export interface AxisBounds {
  /** Blocks of the run; while it goes on, with the empty one that is written into next. */
  run: number;
  /** Blocks of the strip of the whole run. It grows in strides, so that it does not move with every block. */
  room: number;
  /** Blocks whose tokens fit legibly. */
  recent: number;
  /** Blocks in a full context: the widest view. */
  context: number;
  /** The block that is being written at the cursor, or null before a run. */
  cursor: number | null;
  /** The middle of the token at the cursor, in blocks, or null before a run. */
  token: number | null;
  playing: boolean;
}

export const FIRST_VIEW: AxisView = { zoom: 'recent', from: 0, span: 12, following: true };

/** Blocks by which the strip of a growing run is widened. */
const STRIDE = 8;
/** Where the cursor's block comes to lie when it is dragged out of the view on the left. */
const PAGE = 0.6;
/** A block whose middle lies before this part of the view has too little of its past in it. */
const PAST = 0.6;
/** Where the middle of such a block comes to lie, about. */
const FRAMED = 0.82;
/** One press of a zoom key or button. */
export const ZOOM_STEP = 1.5;

/** The bounds of a state; `recent` is how many blocks the axis has legible room for. */
export function axisBounds(
  state: {
    trace: { blocks: number; end: unknown; dims: Dims } | null;
    cursor: number | null;
    playing: boolean;
  },
  recent: number,
): AxisBounds {
  const { trace, cursor, playing } = state;
  if (!trace) {
    return {
      run: recent,
      room: recent,
      recent,
      context: recent,
      cursor: null,
      token: null,
      playing: false,
    };
  }
  const context = contextBlocks(trace.dims);
  const run = trace.end ? trace.blocks : Math.min(context, trace.blocks + 1);
  const grown = trace.end ? run : Math.min(context, Math.ceil(run / STRIDE) * STRIDE);
  return {
    run,
    room: Math.max(recent, grown),
    recent,
    context: Math.max(recent, context),
    cursor: cursor === null ? null : Math.floor(cursor / trace.dims.blockLength),
    token: cursor === null ? null : (cursor + 0.5) / trace.dims.blockLength,
    playing,
  };
}

/** Blocks that the strip shows: the run, or more when the reader looks past its end. */
export function stripBlocks(view: AxisView, bounds: AxisBounds): number {
  return Math.max(bounds.room, view.span);
}

/**
 * The view brought up to date: its span follows its zoom, its place the cursor. It moves only as far as it must, so that
 * scrubbing moves the playhead and not the picture; while playing, the next block is in view as well. Returns the same object
 * when nothing changes.
 */
export function settleView(view: AxisView, bounds: AxisBounds): AxisView {
  const span = spanOf(view, bounds);
  let { from } = view;
  if (view.following && bounds.cursor !== null) {
    const margin = marginOf(span, bounds);
    // Going back turns a page: what a block looked at lies before it.
    if (bounds.cursor < from) from = bounds.cursor - Math.floor(span * PAGE);
    from = Math.max(from, bounds.cursor + 1 + margin - span);
    from = Math.min(from, Math.max(0, bounds.run - span));
  }
  from = clamp(from, 0, Math.max(bounds.room, span) - span);
  return from === view.from && span === view.span ? view : { ...view, from, span };
}

/**
 * The view, following, after the cursor went to another place by other means than the axis: what its block was written from
 * lies before it, so a block in the left part of the view comes to lie further right, as far as there are blocks before
 * the view. A block that lies well is left where it is: steps and playback do not move the picture each time.
 */
export function frameView(view: AxisView, bounds: AxisBounds): AxisView {
  const followed = view.following ? view : { ...view, following: true };
  const { cursor } = bounds;
  if (cursor === null) return settleView(followed, bounds);
  const span = spanOf(view, bounds);
  if (cursor + 0.5 - view.from >= span * PAST) return settleView(followed, bounds);
  // Whole blocks, and the cursor's whole block in view.
  const before = Math.max(0, Math.min(Math.round(span * FRAMED - 0.5), Math.floor(span) - 1));
  const from = Math.min(view.from, Math.max(0, cursor - before));
  return settleView(from === view.from ? followed : { ...followed, from }, bounds);
}

/** Blocks in view at the view's zoom. */
function spanOf({ zoom, span }: AxisView, bounds: AxisBounds): number {
  if (zoom === 'recent') return bounds.recent;
  return zoom === 'whole' ? bounds.room : clamp(span, 1, bounds.context);
}

/**
 * Makes everything `factor` times as wide (below 1: narrower), with block `anchor` where it is. Zooming out rests once at the
 * whole run before it goes on to the whole context.
 */
export function zoomView(
  view: AxisView,
  bounds: AxisBounds,
  factor: number,
  anchor: number,
): AxisView {
  let span = clamp(view.span / factor, 1, bounds.context);
  const restsAtWhole = view.span < bounds.room && span >= bounds.room;
  if (restsAtWhole) span = bounds.room;
  const from = anchor - ((anchor - view.from) * span) / view.span;
  const zoomed: AxisView = { ...view, zoom: restsAtWhole ? 'whole' : 'chosen', from, span };
  const { token } = bounds;
  // As long as the token at the cursor is in view, its whole block stays there.
  if (view.following && token !== null && token >= from && token <= from + span)
    return keepBlock(zoomed, bounds);
  return placed(zoomed, bounds);
}

/** Moves a view no further than the block at the cursor needs. */
function keepBlock(view: AxisView, bounds: AxisBounds): AxisView {
  const cursor = bounds.cursor ?? 0;
  const margin = marginOf(view.span, bounds);
  const from = Math.max(Math.min(view.from, cursor), cursor + 1 + margin - view.span);
  return settleView({ ...view, from, following: true }, bounds);
}

/** Moves the view by `blocks`. */
export function panView(view: AxisView, bounds: AxisBounds, blocks: number): AxisView {
  return placed({ ...view, from: view.from + blocks }, bounds);
}

/** Puts one edge of the view on block `at`, the other one stays: resizes it. */
export function resizeView(
  view: AxisView,
  bounds: AxisBounds,
  edge: 'start' | 'end',
  at: number,
): AxisView {
  const end = view.from + view.span;
  const room = stripBlocks(view, bounds);
  const from = edge === 'start' ? clamp(at, 0, end - 1) : view.from;
  const to = edge === 'end' ? clamp(at, view.from + 1, room) : end;
  return placed({ ...view, zoom: 'chosen', from, span: to - from }, bounds);
}

/**
 * A view where somebody left it, perhaps on another screen: of a chosen zoom the very same part of the run, else as much as
 * fits here around the cursor.
 */
export function placeView(
  { zoom, from, span }: Pick<AxisView, 'zoom' | 'from' | 'span'>,
  bounds: AxisBounds,
): AxisView {
  if (zoom === 'chosen') return placed({ zoom, from, span, following: true }, bounds);
  return frameView({ zoom, from: Math.round(from), span, following: true }, bounds);
}

/** A view that the reader placed follows the cursor as long as the cursor is in it. */
function placed(view: AxisView, bounds: AxisBounds): AxisView {
  const settled = settleView({ ...view, following: false }, bounds);
  const { cursor } = bounds;
  const margin = marginOf(settled.span, bounds);
  const holds =
    cursor === null ||
    (cursor >= settled.from && cursor + 1 <= settled.from + settled.span - margin);
  return { ...settled, following: holds };
}

/** Blocks kept in view after the cursor's. */
function marginOf(span: number, bounds: AxisBounds): number {
  return bounds.playing ? Math.min(1, span - 1) : 0;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
