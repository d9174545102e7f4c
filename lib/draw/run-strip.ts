import { roundStep } from './axis-scale';
import type { Context2D, Rect } from './shapes';
import type { Theme } from './theme';
import { paintBranch } from './token-strip';

export interface RunData {
  /** Tokens written so far. */
  length: number;
  promptTokens: number;
  discardedFrom: number | null;
  cursor: number | null;
  blockLength: number;
  /** Blocks that the strip has room for. */
  blocks: number;
  /** The token from which on the run is not its parent's any more. */
  branchAt?: number | null;
}

export interface RunGeometry {
  lane: Rect;
  /** Width of a token on the strip. */
  pitch: number;
  track: Rect;
  prompt: Rect;
  written: Rect;
  /** Block borders, thinned so that they do not touch. */
  ticks: number[];
  playhead: number | null;
  /** Where the run left its parent. */
  branch: number | null;
  /** What the axis below shows, in x. */
  view: { x0: number; x1: number };
}

const TRACK_HEIGHT = 8;

/** The whole run as one strip; the axis below shows `span` blocks of it, from `from` on. */
export function layoutRun(data: RunData, from: number, span: number, lane: Rect): RunGeometry {
  const L = data.blockLength;
  const total = data.blocks * L;
  const pitch = lane.width / total;
  const kept = data.discardedFrom ?? data.length;
  const y = lane.y + (lane.height - TRACK_HEIGHT) / 2;
  const bar = (start: number, end: number): Rect => ({
    x: lane.x + start * pitch,
    y,
    width: Math.max(0, end - start) * pitch,
    height: TRACK_HEIGHT,
  });
  const ticks: number[] = [];
  const step = L * roundStep(7 / (pitch * L));
  const { branchAt = null } = data;
  for (let token = step; token < total; token += step) ticks.push(lane.x + token * pitch);
  return {
    lane,
    pitch,
    track: bar(0, total),
    prompt: bar(0, Math.min(data.length, data.promptTokens)),
    written: bar(data.promptTokens, kept),
    ticks,
    playhead: data.cursor === null ? null : lane.x + (data.cursor + 0.5) * pitch,
    branch: branchAt === null || branchAt >= data.length ? null : lane.x + branchAt * pitch,
    view: { x0: lane.x + from * L * pitch, x1: lane.x + (from + span) * L * pitch },
  };
}

/** Paints the strip, what is played of it, block borders and where the cursor is; the view's frame lies over it. */
export function paintRun(ctx: Context2D, geometry: RunGeometry, theme: Theme): void {
  const { track, prompt, written, playhead } = geometry;
  const fill = (rect: Rect, colour: string, alpha = 1) => {
    ctx.globalAlpha = alpha;
    ctx.fillStyle = colour;
    ctx.fillRect(rect.x, rect.y, rect.width, rect.height);
    ctx.globalAlpha = 1;
  };
  fill(track, theme.line);
  fill(prompt, theme.mute, 0.45);
  fill(written, theme.global, 0.4);
  if (playhead !== null && playhead > written.x) {
    const played = Math.min(playhead, written.x + written.width) - written.x;
    fill({ ...written, width: played }, theme.now, 0.5);
  }
  ctx.fillStyle = theme.paper;
  for (const x of geometry.ticks) ctx.fillRect(x - 0.5, track.y, 1, track.height);
  if (geometry.branch !== null) paintBranch(ctx, geometry.branch, track, theme);
  if (playhead !== null) {
    ctx.fillStyle = theme.now;
    ctx.fillRect(playhead - 1.5, track.y - 4, 3, track.height + 8);
  }
}
