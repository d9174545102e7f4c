import type { Context2D, Rect } from './shapes';
import type { Theme } from './theme';

export interface Point {
  x: number;
  y: number;
}

/** The left and the right end of what a joint enters or leaves. */
export interface Ends {
  left: Point;
  right: Point;
}

/** Where the measured things of a step stand in the band. What the cursor has not (a prompt token has no prefixes) is empty. */
export interface FlowAnchors {
  /** Block, global attention, context, local attention, next token; null for a panel that is not shown. */
  panels: readonly (Rect | null)[];
  /** The tokens of the block, at their right ends. */
  chips: readonly Point[];
  /** The row of the global map. */
  globalRow: Ends | null;
  context: Ends | null;
  prefixes: readonly Ends[];
  /** The rows of the prefixes in the local map, at their left ends. */
  prefixRows: readonly Point[];
  /** The right end of the local row that chose the token. */
  localRow: Point | null;
  pick: Point | null;
}

type Hue = 'global' | 'local' | 'now';

/** One line of the flow: where it runs, and from which hue into which. */
export interface Joint {
  /** 0 block → global, 1 → context, 2 → prefixes, 3 → local, 4 → next token. */
  stage: number;
  points: Point[];
  length: number;
  from: Hue;
  to: Hue;
}

export interface FlowGeometry {
  joints: Joint[];
  /** How far the new block has come on its way, 0–1; 1 at rest. */
  progress: number;
}

/** Stages of the flow, in the order in which the model works. */
const STAGES = 5;
/** A joint between panels that stand one under the other reaches this far into each. */
const REACH = 9;

/**
 * Joins what was measured in a step from left to right: tokens into their row, the row into the context, the context into
 * the prefixes, these into their rows, the local row into the pick. Lines turn in the gaps between panels, where no text is.
 * Where a panel stands under the one before it, a short line leads down.
 */
export function layoutFlow(anchors: FlowAnchors, progress = 1): FlowGeometry {
  const { panels, chips, globalRow, context, prefixes, prefixRows, localRow, pick } = anchors;
  const [block, global, middle, local, next] = panels;
  const joints: Joint[] = [];
  const add = (stage: number, from: Hue, to: Hue, points: Point[]) =>
    joints.push({ stage, points, length: lengthOf(points), from, to });
  const across = (
    stage: number,
    from: Hue,
    to: Hue,
    a: Panel,
    b: Panel,
    ways: [Point, Point][],
  ) => {
    if (!a || !b || ways.length === 0) return;
    if (!beside(a, b)) {
      add(stage, from, to, down(a, b));
      return;
    }
    ways.forEach(([start, end], i) => {
      // Lines that end apart turn apart.
      const ends = new Set(ways.map((way) => way[1])).size;
      const turn = b.x + (ends > 1 ? (i - (ways.length - 1) / 2) * -6 : 0);
      add(stage, from, to, [start, { x: turn, y: start.y }, { x: turn, y: end.y }, end]);
    });
  };
  if (globalRow) {
    const { left, right } = globalRow;
    across(
      0,
      'global',
      'global',
      block,
      global,
      chips.map((chip) => [chip, left]),
    );
    if (context) across(1, 'global', 'global', global, middle, [[right, context.left]]);
  }
  if (context) {
    for (const { left } of prefixes) {
      const x = context.left.x - 5;
      add(2, 'global', 'local', [context.left, { x, y: context.left.y }, { x, y: left.y }, left]);
    }
  }
  if (prefixes.length > 0 && prefixRows.length > 0) {
    const ways = prefixes.flatMap(({ right }, i): [Point, Point][] => {
      const row = prefixRows[i];
      return row ? [[right, row]] : [];
    });
    across(3, 'local', 'local', middle, local, ways);
  }
  if (localRow && pick) across(4, 'local', 'now', local, next, [[localRow, pick]]);
  return { joints, progress };
}

type Panel = Rect | null | undefined;

function beside(a: Rect, b: Rect): boolean {
  return b.x >= a.x + a.width - 1;
}

/** From under one panel to above another: straight down, or along the line between two rows of panels. */
function down(a: Rect, b: Rect): Point[] {
  const y = b.y;
  const from = a.x + a.width / 2;
  const to = b.x + b.width / 2;
  const points = [
    { x: from, y: y - REACH },
    { x: from, y },
    { x: to, y },
    { x: to, y: y + REACH },
  ];
  return Math.abs(from - to) < 1 ? [points[0], points[3]].map((point) => point as Point) : points;
}

function lengthOf(points: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    if (a && b) length += Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  }
  return length;
}

/** How far along its line a stage is lit, 0–1, while the step goes by; null before and after. */
export function litPart(stage: number, progress: number): number | null {
  if (progress >= 1) return null;
  // The clock slows down towards its end; along the lines the pace is even.
  const time = 1 - Math.cbrt(1 - progress);
  const part = time * STAGES - stage;
  return part > 0 && part < 1.5 ? part : null;
}

/** Paints the joints quietly, and bright what the new block is passing through. */
export function paintFlow(ctx: Context2D, { joints, progress }: FlowGeometry, theme: Theme): void {
  ctx.lineJoin = 'round';
  for (const joint of joints) {
    const colour = hueOf(ctx, joint, theme);
    ctx.strokeStyle = colour;
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = 1.5;
    trace(ctx, joint.points);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme[joint.to];
    paintHead(ctx, joint.points);
    const lit = litPart(joint.stage, progress);
    if (lit === null) continue;
    const glow = joint.length / 2;
    ctx.lineWidth = 4;
    ctx.setLineDash([glow, joint.length * 3]);
    ctx.lineDashOffset = glow - lit * joint.length;
    trace(ctx, joint.points);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.lineDashOffset = 0;
  }
}

function hueOf(ctx: Context2D, { points, from, to }: Joint, theme: Theme): string | CanvasGradient {
  const first = points[0];
  const last = points.at(-1);
  if (from === to || !first || !last) return theme[to];
  const fade = ctx.createLinearGradient(first.x, first.y, last.x, last.y);
  fade.addColorStop(0, theme[from]);
  fade.addColorStop(0.75, theme[to]);
  return fade;
}

/** The line with rounded corners. */
function trace(ctx: Context2D, points: readonly Point[]): void {
  ctx.beginPath();
  points.forEach((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (!before) ctx.moveTo(point.x, point.y);
    else if (!after) ctx.lineTo(point.x, point.y);
    else {
      const radius = Math.min(6, distance(before, point) / 2, distance(point, after) / 2);
      ctx.arcTo(point.x, point.y, after.x, after.y, radius);
    }
  });
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

/** A small arrow head where the line ends. */
function paintHead(ctx: Context2D, points: readonly Point[]): void {
  const end = points.at(-1);
  const before = points.at(-2);
  if (!end || !before) return;
  const dx = Math.sign(end.x - before.x);
  const dy = dx === 0 ? Math.sign(end.y - before.y) : 0;
  ctx.beginPath();
  ctx.moveTo(end.x + dx, end.y + dy);
  ctx.lineTo(end.x - 5 * dx - 3.5 * dy, end.y - 5 * dy - 3.5 * dx);
  ctx.lineTo(end.x - 5 * dx + 3.5 * dy, end.y - 5 * dy + 3.5 * dx);
  ctx.fill();
}
