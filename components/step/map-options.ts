import type { MapOptions } from '@/lib/draw/attention-map';

/** A map's layout, and how many characters its row labels have room for. */
export interface PanelMapOptions extends MapOptions {
  labelRoom: number;
}

/** Options of a map in type of size `type` instead of 12: all that its words need grows with it. */
export function inType<T extends MapOptions>(options: T, type: number): T {
  if (type === 12) return options;
  const grown = (length: number) => Math.round((length * type) / 12);
  const { gutter, margin, header, maxCell } = options;
  return {
    ...options,
    type,
    gutter: grown(gutter),
    margin: grown(margin),
    header: grown(header),
    maxCell: grown(maxCell),
  };
}

/** How the global map is laid out in its panel. */
export const GLOBAL_MAP: PanelMapOptions = {
  gutter: 88,
  margin: 2,
  header: 20,
  minCell: 7,
  maxCell: 32,
  numbers: false,
  labelsLeft: true,
  labelRoom: 11,
};

/** How the local map is laid out in its panel. */
export const LOCAL_MAP: PanelMapOptions = {
  gutter: 68,
  margin: 60,
  header: 20,
  minCell: 1,
  maxCell: 44,
  numbers: true,
  labelRoom: 8,
};
