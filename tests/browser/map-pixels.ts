import type { MapGeometry } from '@/lib/draw/attention-map';
import type { Ramp } from '@/lib/draw/theme';

/** A picture as a canvas holds it: [height, width, RGBA]. */
export interface Picture {
  width: number;
  height: number;
  data: ArrayLike<number>;
}

/** A cell whose colour does not say the recorded weight. */
export interface WrongCell {
  row: number;
  column: number;
  /** Steps of the ramp (of 255) between what is painted and what was recorded. */
  off: number;
}

/** Rounding of the weight to a colour and back is at most one step and a half. */
const TOLERANCE = 1.5;

/**
 * Reads every visible cell of a map from its picture, inverts the ramp, and compares with the weights `recorded(row, column)`.
 * `geometry` says where cells lie; its own values are not used.
 */
export function compareCells(
  picture: Picture,
  geometry: MapGeometry,
  ramp: Ramp,
  recorded: (row: number, column: number) => number,
): { cells: number; wrong: WrongCell[] } {
  const { first, written, square, cell, scale } = geometry;
  const wrong: WrongCell[] = [];
  let cells = 0;
  for (let i = 0; i < written; i++) {
    for (let j = 0; j <= i; j++) {
      // Near its corner a cell holds neither number nor outline.
      const inset = Math.min(4, Math.floor(cell / 2));
      const colour = pixelAt(picture, square.x + j * cell + inset, square.y + i * cell + inset);
      const row = first + i;
      const column = first + j;
      const place = placeOnRamp(colour, ramp);
      const weight = recorded(row, column);
      const exact = exactPlace(weight, scale);
      const off = place === null ? Number.POSITIVE_INFINITY : Math.abs(place - exact);
      cells++;
      if (!(off <= TOLERANCE)) wrong.push({ row, column, off });
    }
  }
  return { cells, wrong };
}

/** Where a weight lies on the ramp before it is rounded to a colour. */
function exactPlace(weight: number, scale: MapGeometry['scale']): number {
  if (scale === 'sqrt') return 255 * Math.sqrt(weight);
  return scale === 'linear' ? 255 * weight : 85 * Math.log10(1 + 999 * weight);
}

function pixelAt({ width, data }: Picture, x: number, y: number): [number, number, number] {
  const at = (Math.round(y) * width + Math.round(x)) * 4;
  return [data[at] ?? -1, data[at + 1] ?? -1, data[at + 2] ?? -1];
}

/** The place of a colour on the ramp, 0–255; null for a colour that the ramp does not have. */
export function placeOnRamp(colour: readonly number[], { rgb }: Ramp): number | null {
  const places: number[] = [];
  for (let i = 0; i < 256; i++) {
    if ([0, 1, 2].every((part) => rgb[i * 3 + part] === colour[part])) places.push(i);
  }
  if (places.length === 0) return null;
  return places.reduce((sum, place) => sum + place, 0) / places.length;
}
