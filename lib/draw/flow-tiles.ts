import type { ScaleName } from '@/lib/trace/map-view';
import { type Context2D, paintHatch, type Rect, type Size } from './shapes';
import { type Ramp, rampIndex, type Theme } from './theme';

/** The weights of all heads of a decoder side by side: one tile a head, every tile of the same shape. */
export interface TilesData {
  layers: number;
  heads: number;
  /** Query rows and key columns of a tile. */
  rows: number;
  columns: number;
  /** Rows known at the cursor; later rows stay empty. */
  known: number;
  /** The weights of a head, [rows, columns]; what is not visible is not read. */
  values(layer: number, head: number): Float32Array;
  /** Whether a query may look at a key; what it may not look at is hatched. */
  visible(row: number, column: number): boolean;
  scale: ScaleName;
  /** The row that chose the token, outlined; null where a tile has no other. */
  current: number | null;
}

export interface TilesOptions {
  /** Tiles side by side. A layer starts a new line. */
  perLine: number;
  maxCell: number;
  /** Cells as high as wide. */
  square: boolean;
  /** Size of the type; 12 if not said. */
  type?: number;
}

export interface Tile {
  layer: number;
  head: number;
  rect: Rect;
  values: Float32Array;
  /** Line and place in it, both from 0. */
  line: number;
  place: number;
}

export interface TilesGeometry {
  data: TilesData;
  tiles: Tile[];
  cellWidth: number;
  cellHeight: number;
  lines: number;
  perLine: number;
  /** Size of the type. */
  type: number;
  labels: { text: string; x: number; y: number; layer: boolean }[];
  /** Key columns by number, over tiles that stand one under the other. */
  columns: { text: string; x: number; y: number }[];
}

/** A cell of all heads' weights. */
export interface TileCell {
  layer: number;
  head: number;
  row: number;
  column: number;
}

/** Of the type's size: room for the names of layers and heads. */
const LAYER_GUTTER = 4.5;
const HEAD_GUTTER = 26 / 12;
const HEADER = 1.5;
/** Of the type's size: column numbers stand side by side and need room for three digits. */
const COLUMN_PITCH = 28 / 12;
const LAYER_GAP = 10;
const TILE_GAP = 10;

/** Puts all heads into `size` pixels: with single rows one under the other, else as small maps side by side. */
export function layoutTiles(data: TilesData, size: Size, options: TilesOptions): TilesGeometry {
  const perLine = Math.min(options.perLine, data.heads);
  const { type = 12 } = options;
  const linesPerLayer = Math.ceil(data.heads / perLine);
  const lines = linesPerLayer * data.layers;
  const single = perLine === 1;
  const layerGutter = LAYER_GUTTER * type;
  const gutter = layerGutter + (single ? HEAD_GUTTER * type : 0);
  const header = single ? 0 : HEADER * type;
  const top = single ? HEADER * type : 0;
  const gap = single ? 0 : TILE_GAP;
  const width = size.width - gutter - 2 - gap * (perLine - 1);
  const height = size.height - 2 - top - (data.layers - 1) * LAYER_GAP - lines * header;
  let cellWidth = Math.min(options.maxCell, width / (perLine * data.columns));
  let cellHeight = Math.min(options.maxCell, height / (lines * data.rows));
  if (options.square) cellWidth = cellHeight = Math.min(cellWidth, cellHeight);
  // Whole pixels give crisp cells.
  if (cellWidth >= 4) cellWidth = Math.floor(cellWidth);
  cellHeight = Math.max(1, Math.floor(cellHeight));
  const geometry: TilesGeometry = {
    data,
    tiles: [],
    cellWidth,
    cellHeight,
    lines,
    perLine,
    type,
    labels: [],
    columns: [],
  };
  for (let layer = 0; layer < data.layers; layer++) {
    for (let head = 0; head < data.heads; head++) {
      const line = layer * linesPerLayer + Math.floor(head / perLine);
      const place = head % perLine;
      const rect = {
        x: gutter + place * (cellWidth * data.columns + gap),
        y: top + line * (cellHeight * data.rows + header) + header + layer * LAYER_GAP + 1,
        width: cellWidth * data.columns,
        height: cellHeight * data.rows,
      };
      geometry.tiles.push({ layer, head, rect, values: data.values(layer, head), line, place });
      const middle = rect.y + rect.height / 2;
      if (head === 0)
        geometry.labels.push({ text: `layer ${layer}`, x: 1, y: middle, layer: true });
      geometry.labels.push(
        single
          ? { text: `h${head}`, x: layerGutter, y: middle, layer: false }
          : { text: `h${head}`, x: rect.x, y: rect.y - header / 2 + 1, layer: false },
      );
    }
  }
  if (single) {
    const every =
      [1, 2, 5, 10, 20, 50].find((step) => step * cellWidth >= COLUMN_PITCH * type) ?? 100;
    for (let column = 0; column < data.columns; column += every) {
      const x = gutter + (column + 0.5) * cellWidth;
      geometry.columns.push({ text: String(column), x, y: top / 2 });
    }
  }
  return geometry;
}

/** The cell at a point; null where no weight is known. */
export function tileAt(geometry: TilesGeometry, x: number, y: number): TileCell | null {
  const { cellWidth, cellHeight, data } = geometry;
  for (const { rect, layer, head } of geometry.tiles) {
    const column = Math.floor((x - rect.x) / cellWidth);
    const row = Math.floor((y - rect.y) / cellHeight);
    const inside = column >= 0 && column < data.columns && row >= 0 && row < data.rows;
    if (inside) return row < data.known ? { layer, head, row, column } : null;
  }
  return null;
}

/** Where an arrow key leads: over the border of a tile into the next. The first cell is that of the newest row. */
export function moveTile(
  { data, perLine, lines, tiles }: TilesGeometry,
  from: TileCell | null,
  down: number,
  right: number,
): TileCell | null {
  if (data.known === 0) return null;
  if (!from) return { layer: 0, head: 0, row: data.known - 1, column: 0 };
  const tile = tiles.find(({ layer, head }) => layer === from.layer && head === from.head);
  if (!tile) return null;
  const x = tile.place * data.columns + from.column + right;
  const y = tile.line * data.known + Math.min(from.row, data.known - 1) + down;
  const line = Math.floor(y / data.known);
  const place = Math.floor(x / data.columns);
  const next = tiles.find((one) => one.line === line && one.place === place);
  if (x < 0 || y < 0 || line >= lines || place >= perLine || !next) return from;
  const { layer, head } = next;
  return { layer, head, row: y - line * data.known, column: x - place * data.columns };
}

/** The tensor's own number at a cell; NaN where masked. */
export function tileValue({ data, tiles }: TilesGeometry, cell: TileCell): number {
  if (!data.visible(cell.row, cell.column)) return Number.NaN;
  const tile = tiles.find(({ layer, head }) => layer === cell.layer && head === cell.head);
  return tile?.values[cell.row * data.columns + cell.column] ?? Number.NaN;
}

/** What of the tiles is marked. */
export interface TileMarks {
  /** Under the pointer or the keyboard cursor. */
  selected: TileCell | null;
  /** The cell whose arithmetic is shown. */
  shown: TileCell | null;
}

/** Paints cells, hatch, names of layers and heads, the current rows and the marked cells. */
export function paintTiles(
  ctx: Context2D,
  geometry: TilesGeometry,
  { selected, shown }: TileMarks,
  theme: Theme,
  ramp: Ramp,
): void {
  const { cellWidth, cellHeight, data, tiles, type } = geometry;
  const gapX = cellWidth >= 5 ? 1 : 0;
  const gapY = cellHeight >= 5 ? 1 : 0;
  for (const { rect, values } of tiles) {
    for (let row = 0; row < data.rows; row++) {
      const y = rect.y + row * cellHeight;
      if (row >= data.known) continue;
      for (let column = 0; column < data.columns; column++) {
        const x = rect.x + column * cellWidth;
        if (data.visible(row, column)) {
          const value = values[row * data.columns + column] ?? 0;
          ctx.fillStyle = ramp.css[rampIndex(value, data.scale)] ?? '';
          ctx.fillRect(x, y, cellWidth - gapX, cellHeight - gapY);
        } else {
          const width = rect.x + rect.width - x;
          paintHatch(ctx, { x, y, width, height: cellHeight }, theme);
          break;
        }
      }
    }
    if (data.known < data.rows) {
      ctx.strokeStyle = theme.line;
      ctx.lineWidth = 1;
      ctx.strokeRect(rect.x - 0.5, rect.y - 0.5, rect.width, rect.height);
    }
    if (data.current !== null && data.current < data.known) {
      const y = rect.y + data.current * cellHeight - 1;
      ctx.strokeStyle = theme.now;
      ctx.lineWidth = 1.5;
      ctx.strokeRect(rect.x - 1, y, (data.current + 1) * cellWidth + 1, cellHeight + 1);
    }
  }
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const { text, x, y, layer } of geometry.labels) {
    ctx.font = `400 ${type}px ${layer ? theme.sans : theme.mono}`;
    ctx.fillStyle = layer ? theme.ink : theme.mute;
    ctx.fillText(text, x, y);
  }
  ctx.textAlign = 'center';
  ctx.fillStyle = theme.mute;
  ctx.font = `400 ${type}px ${theme.mono}`;
  for (const { text, x, y } of geometry.columns) ctx.fillText(text, x, y);
  if (shown) outline(ctx, geometry, shown, theme.now);
  if (selected) outline(ctx, geometry, selected, theme.ink);
}

function outline(
  ctx: Context2D,
  { tiles, cellWidth, cellHeight }: TilesGeometry,
  cell: TileCell,
  colour: string,
): void {
  const tile = tiles.find(({ layer, head }) => layer === cell.layer && head === cell.head);
  if (!tile) return;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2;
  const x = tile.rect.x + cell.column * cellWidth;
  const y = tile.rect.y + cell.row * cellHeight;
  ctx.strokeRect(x - 1, y - 1, Math.max(4, cellWidth + 1), Math.max(4, cellHeight + 1));
}
