import type { MapOptions } from '@/lib/draw/attention-map';

/** How the global map is laid out in its panel. */
export const GLOBAL_MAP: MapOptions = {
  gutter: 88,
  margin: 2,
  header: 20,
  minCell: 7,
  maxCell: 32,
  numbers: false,
  labelsLeft: true,
};

/** How the local map is laid out in its panel. */
export const LOCAL_MAP: MapOptions = {
  gutter: 68,
  margin: 52,
  header: 20,
  minCell: 1,
  maxCell: 44,
  numbers: true,
};
