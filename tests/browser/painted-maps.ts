import type { Locator, Page } from 'playwright-core';
import { GLOBAL_MAP, LOCAL_MAP } from '@/components/step/map-options';
import { globalMapData, localMapData } from '@/lib/draw/attention-data';
import { layoutMap, type MapGeometry } from '@/lib/draw/attention-map';
import { makeRamp, type Ramp } from '@/lib/draw/theme';
import { placeOf } from '@/lib/model/layout';
import { DEFAULT_MAP_VIEW, type ScaleName } from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';
import { compareCells, type Picture } from './map-pixels';
import { eventually } from './reader';

export const MAPS = ['global', 'local'] as const;
export type MapName = (typeof MAPS)[number];

/** The panel of a map. */
export const region = (page: Page, map: MapName) =>
  page.getByRole('region', { name: map === 'global' ? 'Global attention' : 'Local attention' });
/** The canvas that a map is painted on. */
export const canvasOf = (page: Page, map: MapName) =>
  region(page, map).getByRole('application').locator('canvas');

/** What a canvas holds. */
export async function pictureOf(canvas: Locator): Promise<Picture> {
  const { width, height, text } = await canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const data = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height);
    let text = '';
    for (const value of data?.data ?? []) text += String.fromCharCode(value);
    return { width, height, text: btoa(text) };
  });
  return { width, height, data: Buffer.from(text, 'base64') };
}

/** The ramp as the page's stylesheet states it. */
export async function rampOf(page: Page, map: MapName): Promise<Ramp> {
  const stops = await page.evaluate((family) => {
    const probe = document.body.appendChild(document.createElement('span'));
    const colours = [0, 1, 2].map((stop) => {
      probe.style.color = `var(--${family}-${stop})`;
      const parts = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
      return `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
    });
    probe.remove();
    return colours;
  }, map);
  return makeRamp(stops, ['#000000', '#ffffff']);
}

/** Which map of a run is on the screen. */
export interface ShownMap {
  cursor: number;
  layer: number;
  head: number;
  scale?: ScaleName;
}

/** Where the cells of a map lie in its canvas. */
export async function geometryOf(
  canvas: Locator,
  trace: Trace,
  map: MapName,
  { cursor, layer, head, scale = 'sqrt' }: ShownMap,
): Promise<MapGeometry> {
  // The box, which may end between two pixels.
  const size = await canvas.evaluate((element) => {
    const { width, height } = (element.parentElement ?? element).getBoundingClientRect();
    return { width, height };
  });
  const view = { ...DEFAULT_MAP_VIEW, scale };
  return map === 'global'
    ? layoutMap(globalMapData(trace, cursor, { layer, head }, view), size, GLOBAL_MAP)
    : layoutMap(localMapData(trace, cursor, { layer, head }, view), size, LOCAL_MAP);
}

/** The recorded weight of a cell, straight from the trace. */
export function recordedOf(trace: Trace, map: MapName, { cursor, layer, head }: ShownMap) {
  if (map === 'global')
    return (row: number, column: number) => trace.globalRow(row, layer, head)[column] ?? Number.NaN;
  const weights = trace.localMap(placeOf(cursor, trace.dims).block, layer, head);
  return (row: number, column: number) => weights?.[row * trace.localSide + column] ?? Number.NaN;
}

/** The cells of a map on the page whose colours do not say what `trace` holds. */
export async function comparePainted(page: Page, trace: Trace, map: MapName, shown: ShownMap) {
  const canvas = canvasOf(page, map);
  const geometry = await geometryOf(canvas, trace, map, shown);
  return compareCells(
    await pictureOf(canvas),
    geometry,
    await rampOf(page, map),
    recordedOf(trace, map, shown),
  );
}

/** A head in the open grid of heads. */
export const radio = (page: Page, layer: number, head: number) =>
  page.getByRole('radio', { name: new RegExp(`^layer ${layer}, head ${head}(,|$)`) });

/** Spreads out the heads of a map. */
export async function openHeads(page: Page, map: MapName) {
  await page.getByRole('button', { name: new RegExp(`^Heads of ${map} attention`) }).click();
  await radio(page, 0, 0).waitFor();
}

/** Closes what is spread out over a map. */
export async function closeHeads(page: Page) {
  await page.keyboard.press('Escape');
  await eventually(() => page.getByRole('dialog').count()).toBe(0);
}
