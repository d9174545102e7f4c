import type { Context2D, Rect } from './shapes';
import type { Theme } from './theme';

export interface RunData {
  /** Tokens written so far. */
  length: number;
  promptTokens: number;
  discardedFrom: number | null;
  cursor: number | null;
  blockLength: number;
}

export interface RunGeometry {
  lane: Rect;
  /** Width of a token: the same as on the axis while the run fits into the view. */
  pitch: number;
  track: Rect;
  prompt: Rect;
  written: Rect;
  /** Block borders, left out when they would touch. */
  ticks: number[];
  playhead: number | null;
  /** What the axis above shows, or null when it shows everything. */
  view: { x0: number; x1: number } | null;
}

const TRACK_HEIGHT = 8;

/** The whole run as one strip; `axisTokens` is how many tokens the axis above has room for, from `axisFrom` on. */
export function layoutRun(
  data: RunData,
  axisFrom: number,
  axisTokens: number,
  lane: Rect,
): RunGeometry {
  const total = Math.max(axisTokens, data.length);
  const pitch = lane.width / total;
  const kept = data.discardedFrom ?? data.length;
  const y = lane.y + (lane.height - TRACK_HEIGHT) / 2;
  const bar = (from: number, to: number): Rect => ({
    x: lane.x + from * pitch,
    y,
    width: Math.max(0, to - from) * pitch,
    height: TRACK_HEIGHT,
  });
  const ticks: number[] = [];
  if (pitch * data.blockLength >= 5) {
    for (let token = data.blockLength; token < total; token += data.blockLength) {
      ticks.push(lane.x + token * pitch);
    }
  }
  return {
    lane,
    pitch,
    track: bar(0, total),
    prompt: bar(0, data.promptTokens),
    written: bar(data.promptTokens, kept),
    ticks,
    playhead: data.cursor === null ? null : lane.x + (data.cursor + 0.5) * pitch,
    view:
      data.length > axisTokens
        ? { x0: lane.x + axisFrom * pitch, x1: lane.x + (axisFrom + axisTokens) * pitch }
        : null,
  };
}

/** Paints the strip, what is played of it, block borders, the view's bracket and the playhead's knob. */
export function paintRun(ctx: Context2D, geometry: RunGeometry, theme: Theme): void {
  const { track, prompt, written, playhead, view } = geometry;
  const fill = (rect: Rect, colour: string, alpha = 1) => {
    ctx.globalAlpha = alpha;
    ctx.fillStyle = colour;
    ctx.fillRect(rect.x, rect.y, rect.width, rect.height);
    ctx.globalAlpha = 1;
  };
  fill(track, theme.line);
  fill(prompt, theme.mute, 0.45);
  fill(written, theme.global, 0.35);
  if (playhead !== null && playhead > written.x) {
    fill(
      { ...written, width: Math.min(playhead, written.x + written.width) - written.x },
      theme.now,
      0.55,
    );
  }
  ctx.fillStyle = theme.paper;
  for (const x of geometry.ticks) ctx.fillRect(x - 1, track.y, 2, track.height);
  if (view) {
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 1.5;
    ctx.strokeRect(view.x0, track.y - 4, view.x1 - view.x0, track.height + 8);
  }
  if (playhead !== null) {
    ctx.fillStyle = theme.now;
    ctx.beginPath();
    ctx.arc(playhead, track.y + track.height / 2, 7, 0, Math.PI * 2);
    ctx.fill();
    ctx.strokeStyle = theme.paper;
    ctx.lineWidth = 2;
    ctx.stroke();
  }
}
