import { readView, type ShownView } from '@/lib/share/view';
import { clampCursor, extentOf } from '@/lib/store/playback';
import type { AppState } from '@/lib/store/store';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import type { Chapter, ChapterView } from './chapter';
import type { Facts } from './facts';

/** What a view is unless a chapter says otherwise: nothing open, first heads, the usual maps, the newest blocks. */
const USUAL: Omit<ShownView, 'cursor'> = {
  global: { layer: 0, head: 0 },
  local: { layer: 0, head: 0 },
  mapView: DEFAULT_MAP_VIEW,
  cell: null,
  station: null,
  arithmetic: null,
  fullPanel: null,
  axis: { zoom: 'recent', from: 0, span: 12 },
};

/** The whole view that a chapter sets. */
export function viewOf(chapter: Chapter, facts: Facts): ChapterView {
  return { ...USUAL, ...chapter.view(facts) };
}

/** Whether the page shows a chapter's view still. Where the pointer is does not count, nor how far the axis has moved. */
export function isShown(state: AppState, view: ChapterView): boolean {
  if (!state.trace) return false;
  const shown = readView(state);
  return (
    shown.cursor === clampCursor(view.cursor, extentOf(state.trace)) &&
    shown.axis.zoom === view.axis?.zoom &&
    same(shown.global, view.global) &&
    same(shown.local, view.local) &&
    same(shown.mapView, view.mapView) &&
    shown.station === view.station &&
    shown.fullPanel === view.fullPanel
  );
}

function same<T extends object>(a: T, b: T | undefined): boolean {
  return b !== undefined && (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b[key]);
}
