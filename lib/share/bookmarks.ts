import { PANEL_TITLES } from '@/lib/export/shown';
import { placeOf } from '@/lib/model/layout';
import { STATION_NAMES } from '@/lib/store/station-slice';
import { newId } from '@/lib/trace/new-header';
import type { Trace } from '@/lib/trace/trace';
import type { ShownView } from './view';

/** A view of a run that has a name, to come back to. */
export interface Bookmark {
  /** 16 hexadecimal digits. */
  id: string;
  /** 1 to `LONGEST_NAME` characters in one line. */
  name: string;
  /** The id of the trace that it is a view of. */
  run: string;
  view: ShownView;
}

/** How many bookmarks are kept, of all runs together, and how many a file may hold. */
export const MOST_BOOKMARKS = 100;
export const LONGEST_NAME = 80;

/** Control characters, line breaks among them: a name is one line. */
export const CONTROLS = /\p{Cc}+/gu;

/** A bookmark of `view` with an id of its own; without a name it is called after what it shows. */
export function newBookmark(trace: Trace, view: ShownView, name = viewName(view, trace)): Bookmark {
  const run = trace.header.id;
  return { id: newId(8), name: cleanName(name) ?? viewName(view, trace), run, view };
}

/** What a view shows, short: what fills the screen, if anything does, and the place of the cursor. */
export function viewName({ station, fullPanel, cursor }: ShownView, { dims }: Trace): string {
  const { block, slot } = placeOf(cursor, dims);
  const place = `block ${block}, slot ${slot}`;
  if (fullPanel) return `${PANEL_TITLES[fullPanel]}, ${place}`;
  return station ? `${STATION_NAMES[station]}, ${place}` : `Block ${block}, slot ${slot}`;
}

/** A name as it is kept: one line, no space around it, cut to its limit; null when nothing is left. */
export function cleanName(name: string): string | null {
  const line = name.replace(CONTROLS, ' ').trim();
  // By code points, so that no character is cut in two.
  const cut = [...line.slice(0, LONGEST_NAME)].filter((one) => !/^[\ud800-\udfff]$/.test(one));
  return cut.join('').trim() || null;
}

/** The bookmark `id` moved by so many places, as far as there are places. Without that bookmark nothing changes. */
export function moved(list: readonly Bookmark[], id: string, by: number): readonly Bookmark[] {
  const from = list.findIndex((one) => one.id === id);
  const one = list[from];
  if (!one) return list;
  const to = Math.min(list.length - 1, Math.max(0, from + by));
  return list.toSpliced(from, 1).toSpliced(to, 0, one);
}

/**
 * `list` with the bookmarks of a file or another page: one that is there already becomes what it is there, in its place; the
 * others come behind, as many as there is room for.
 */
export function merged(list: readonly Bookmark[], more: readonly Bookmark[]): readonly Bookmark[] {
  const byId = new Map(more.map((one) => [one.id, one]));
  const known = new Set(list.map(({ id }) => id));
  const kept = list.map((one) => byId.get(one.id) ?? one);
  return [...kept, ...more.filter(({ id }) => !known.has(id))].slice(0, MOST_BOOKMARKS);
}
