import type { MapOptions } from '@/lib/draw/attention-map';
import type { Size } from '@/lib/draw/shapes';

/** Pixels that the square of a map has on each side. */
export function mapRoom({ width, height }: Size, { gutter, margin, header }: MapOptions): number {
  return Math.max(1, Math.min(width - gutter - margin, height - header - 1));
}
