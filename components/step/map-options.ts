import type { MapOptions } from '@/lib/draw/attention-map';

/** A map's layout, and how many characters its row labels have room for. */
export interface PanelMapOptions extends MapOptions {
  labelRoom: number;
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
