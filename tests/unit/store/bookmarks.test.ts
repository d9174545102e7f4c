import { beforeEach, describe, expect, it } from 'vitest';
import { type Bookmark, MOST_BOOKMARKS, newBookmark } from '@/lib/share/bookmarks';
import { readView } from '@/lib/share/view';
import { bookmarksOf, openBookmarks } from '@/lib/store/bookmarks-slice';
import { KEPT_RUNS } from '@/lib/store/runs-slice';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import { header, prefill, prompt, step } from '../trace/synthetic';

let store: AppStore;
let made = 0;

beforeEach(() => {
  store = createAppStore();
});

function run(): Trace {
  made += 1;
  const recorder = new TraceRecorder(
    { ...header(), id: made.toString(16).padStart(32, '0') },
    prompt(2),
  );
  recorder.appendPrefill(prefill(1));
  recorder.appendStep(step(2));
  recorder.finish('length');
  return recorder.trace;
}

/** Adds a bookmark of `trace`, and returns it. */
function add(trace: Trace, name: string): Bookmark {
  const bookmark = newBookmark(trace, readView(store.getState()), name);
  store.getState().addBookmark(bookmark);
  return bookmark;
}

const names = () => store.getState().bookmarks.map(({ name }) => name);

describe('bookmarks', () => {
  it('come at the end, wherever the reader is in the list', () => {
    const trace = run();
    const first = add(trace, 'a');
    add(trace, 'b');
    store.getState().markBookmark(first.id);
    add(trace, 'c');
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(store.getState().bookmarkAt).toBe(first.id);
  });

  it('are named, but not by nothing', () => {
    const { id } = add(run(), 'a');
    store.getState().nameBookmark(id, '  sink\n');
    store.getState().nameBookmark(id, '   ');
    expect(names()).toEqual(['sink']);
  });

  it('are moved past those that are not seen', () => {
    const [shown, other] = [run(), run()];
    store.getState().addRun(shown, null);
    const a = add(shown, 'a');
    add(other, 'hidden');
    add(shown, 'b');
    expect(openBookmarks(store.getState()).map(({ name }) => name)).toEqual(['a', 'b']);
    store.getState().moveBookmark(a.id, 1);
    expect(openBookmarks(store.getState()).map(({ name }) => name)).toEqual(['b', 'a']);
    expect(names()).toContain('hidden');
  });

  it('are removed; the next one stays the next', () => {
    const trace = run();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => add(trace, name)) as [
      Bookmark,
      Bookmark,
      Bookmark,
    ];
    store.getState().markBookmark(b.id);
    store.getState().removeBookmarks([b.id]);
    expect(store.getState().bookmarkAt).toBe(a.id);
    store.getState().removeBookmarks([a.id]);
    expect(store.getState().bookmarkAt).toBeNull();
    store.getState().removeBookmarks([c.id]);
    expect(names()).toEqual([]);
  });

  it('of a run are what its file holds', () => {
    const [one, other] = [run(), run()];
    add(one, 'a');
    add(other, 'b');
    add(one, 'c');
    const { bookmarks } = store.getState();
    expect(bookmarksOf(bookmarks, one.header.id).map(({ name }) => name)).toEqual(['a', 'c']);
  });

  it('make room by letting go of one whose run is not open, else refuse', () => {
    const [open, gone] = [run(), run()];
    store.getState().addRun(open, null);
    add(gone, 'gone');
    for (let i = 1; i < MOST_BOOKMARKS; i++) add(open, `${i}`);
    add(open, 'last');
    expect(names()).toHaveLength(MOST_BOOKMARKS);
    expect(names()).not.toContain('gone');
    const one = newBookmark(open, readView(store.getState()), 'too many');
    expect(store.getState().addBookmark(one)).toBe(false);
    expect(names()).not.toContain('too many');
  });
});

describe('runs with bookmarks', () => {
  it('outlive those without', () => {
    const traces = Array.from({ length: KEPT_RUNS }, run);
    for (const trace of traces) store.getState().addRun(trace, null);
    add(traces[0] as Trace, 'a');
    store.getState().addRun(run(), null);
    expect(store.getState().runs.map(({ number }) => number)).toEqual([1, 3, 4, 5, 6]);
  });

  it('are let go, the oldest first, when all have bookmarks', () => {
    for (let i = 0; i <= KEPT_RUNS; i++) {
      const trace = run();
      store.getState().addRun(trace, null);
      add(trace, `${i}`);
    }
    expect(store.getState().runs.map(({ number }) => number)).toEqual([2, 3, 4, 5, 6]);
  });

  it('stay when they were only looked at, once another run comes', () => {
    const recorded = run();
    store.getState().showTrace(recorded, null, 9);
    store.getState().addRun(run(), null);
    expect(store.getState().runs).toHaveLength(1);
    store.getState().showTrace(recorded, null, 9);
    add(recorded, 'a');
    store.getState().addRun(run(), null);
    const kept = store.getState().runs.find(({ trace }) => trace === recorded);
    expect(kept).toMatchObject({ number: 2, cursor: 9 });
    expect(store.getState().runs.map(({ number }) => number)).toEqual([1, 2, 3]);
  });
});
