import { type Bookmark, MOST_BOOKMARKS, newBookmark } from '@/lib/share/bookmarks';
import { applyView, readView } from '@/lib/share/view';
import { openBookmarks } from '@/lib/store/bookmarks-slice';
import type { AppState, AppStore } from '@/lib/store/store';
import type { Trace } from '@/lib/trace/trace';
import type { Command } from './commands';

export type PresentCommandId = 'bookmark' | 'bookmarks' | 'present';

/** Keeping views of runs, and presenting them. */
export function presentCommands(store: AppStore): Command[] {
  return [
    {
      id: 'bookmark',
      label: () => 'Add this view to the bookmarks',
      key: 'd',
      enabled: (state) => state.hasBookmarks && state.trace !== null && state.cursor !== null,
      run: () => addThisView(store),
    },
    {
      id: 'bookmarks',
      label: () => 'Bookmarks: names, order, go to',
      key: 'Shift+d',
      // A panel that fills the screen would cover the list.
      enabled: (state) => state.hasBookmarks && state.fullPanel === null && !state.presenting,
      run: () => {
        const { bookmarksOpen, setBookmarksOpen, openStation } = store.getState();
        openStation(null);
        setBookmarksOpen(!bookmarksOpen);
      },
    },
    {
      id: 'present',
      label: (state) => (state.presenting ? 'Leave the presentation' : 'Present'),
      key: 'p',
      enabled: (state) => state.hasStage,
      run: () => (store.getState().presenting ? leaveStage(store) : enterStage(store)),
    },
  ];
}

/** Begins presenting where the bookmarks were left, at the first one otherwise; without any, with what is on the screen. */
export function enterStage(store: AppStore): void {
  const state = store.getState();
  const list = openBookmarks(state);
  const first = list.find(({ id }) => id === state.bookmarkAt) ?? list[0];
  state.setBookmarksOpen(false);
  state.setBookmarkNote(null);
  state.present(true);
  if (first) goToBookmark(store, first.id);
}

/** Ends presenting; what filled the stage closes with it, in one step, so that nothing fills the screen in between. */
export function leaveStage(store: AppStore): void {
  store.setState({
    presenting: false,
    blank: false,
    fullPanel: null,
    headsOpen: null,
    mapViewOpen: null,
    station: null,
    arithmetic: null,
  });
}

function addThisView(store: AppStore): void {
  const state = store.getState();
  const { trace, addBookmark, setBookmarkNote } = state;
  if (!trace) return;
  const bookmark = newBookmark(trace, readView(state));
  const added = addBookmark(bookmark);
  setBookmarkNote(
    added
      ? `Bookmark ${openBookmarks(store.getState()).length}: ${bookmark.name}`
      : `There are ${MOST_BOOKMARKS} bookmarks already: remove one first.`,
  );
}

/** Shows the view of a bookmark, in its run. Of a run that is not open nothing is shown, and a note says so. */
export function goToBookmark(store: AppStore, id: Bookmark['id']): void {
  const state = store.getState();
  const bookmark = state.bookmarks.find((one) => one.id === id);
  if (!bookmark) return;
  const trace = openTrace(state, bookmark.run);
  if (!trace) {
    state.setBookmarkNote(`The run of “${bookmark.name}” is not open: open its file.`);
    return;
  }
  if (trace !== state.trace) state.showRun(trace, bookmark.view.cursor);
  applyView(store, bookmark.view);
  state.markBookmark(id);
}

/** The open run with this id. */
function openTrace({ trace, runs }: AppState, id: string): Trace | null {
  if (trace?.header.id === id) return trace;
  return runs.find((run) => run.trace.header.id === id)?.trace ?? null;
}
