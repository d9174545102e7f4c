import { beforeEach, describe, expect, it } from 'vitest';
import { type CommandId, type Commands, createCommands } from '@/lib/commands/commands';
import { goToBookmark } from '@/lib/commands/present-commands';
import { Session } from '@/lib/commands/session';
import { MOST_BOOKMARKS } from '@/lib/share/bookmarks';
import { openBookmarks } from '@/lib/store/bookmarks-slice';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import { header, prefill, prompt, step } from '../trace/synthetic';
import { FakeClient } from './fake-client';

let store: AppStore;
let commands: Commands;

beforeEach(() => {
  store = createAppStore();
  store.setState({ hasStage: true, hasBookmarks: true });
  const request = { model: 'nano-b4', backend: 'wasm' } as const;
  commands = createCommands(store, new Session(store, new FakeClient(), request, () => {}));
});

const enabled = (id: CommandId) => commands[id].enabled(store.getState());

function run(id: string): Trace {
  const recorder = new TraceRecorder({ ...header(), id: id.repeat(32) }, prompt(2));
  recorder.appendPrefill(prefill(1));
  for (const block of [2, 3]) recorder.appendStep(step(block));
  recorder.finish('length');
  return recorder.trace;
}

describe('adding a view', () => {
  it('waits for a run', () => {
    expect(enabled('bookmark')).toBe(false);
    commands.bookmark.run();
    expect(store.getState().bookmarks).toEqual([]);
  });

  it('names it, says so, and keeps what makes the picture', () => {
    store.getState().addRun(run('a'), null);
    store.getState().seek(10);
    store.getState().choose('global', { layer: 1, head: 2 });
    store.getState().openFull('global');
    commands.bookmark.run();
    const [bookmark] = store.getState().bookmarks;
    expect(bookmark).toMatchObject({
      name: 'Global attention, block 2, slot 2',
      run: 'a'.repeat(32),
      view: { cursor: 10, global: { layer: 1, head: 2 }, fullPanel: 'global' },
    });
    expect(store.getState().bookmarkNote).toBe('Bookmark 1: Global attention, block 2, slot 2');
  });

  it('says when there is no room', () => {
    store.getState().addRun(run('a'), null);
    for (let i = 0; i <= MOST_BOOKMARKS; i++) commands.bookmark.run();
    expect(store.getState().bookmarks).toHaveLength(MOST_BOOKMARKS);
    expect(store.getState().bookmarkNote).toMatch(/100 bookmarks already/);
  });
});

describe('going to a bookmark', () => {
  /** Two runs, a bookmark in each; the second run is on the screen. */
  beforeEach(() => {
    for (const id of ['a', 'b']) {
      store.getState().addRun(run(id), null);
      store.getState().seek(id === 'a' ? 9 : 13);
      if (id === 'a') store.getState().openStation('cache');
      commands.bookmark.run();
      store.getState().openStation(null);
    }
  });

  const ids = () => openBookmarks(store.getState()).map(({ id }) => id);

  it('shows its run, place and what was open, at rest', () => {
    store.getState().setPlaying(true);
    goToBookmark(store, ids()[0] ?? '');
    const state = store.getState();
    expect(state.trace?.header.id).toBe('a'.repeat(32));
    expect(state).toMatchObject({ cursor: 9, station: 'cache', playing: false });
    expect(state.bookmarkAt).toBe(ids()[0]);
    goToBookmark(store, ids()[1] ?? '');
    expect(store.getState()).toMatchObject({ cursor: 13, station: null });
    expect(store.getState().trace?.header.id).toBe('b'.repeat(32));
  });

  it('changes nothing when its run is not open, and says what to do', () => {
    const [bookmark] = store.getState().bookmarks;
    if (!bookmark) throw new Error('no bookmark');
    const gone = { ...bookmark, id: 'f'.repeat(16), run: 'c'.repeat(32), name: 'gone' };
    store.getState().takeBookmarks([gone]);
    const { cursor, trace, bookmarkAt } = store.getState();
    goToBookmark(store, gone.id);
    expect(store.getState()).toMatchObject({ cursor, trace, bookmarkAt });
    expect(store.getState().bookmarkNote).toBe('The run of “gone” is not open: open its file.');
  });

  it('presents from the first one, and again from where the stage was left', () => {
    commands.present.run();
    expect(store.getState()).toMatchObject({ presenting: true, cursor: 9, station: 'cache' });
    goToBookmark(store, ids()[1] ?? '');
    commands.present.run();
    expect(store.getState()).toMatchObject({ presenting: false, station: null });
    store.getState().seek(8);
    commands.present.run();
    expect(store.getState()).toMatchObject({ presenting: true, cursor: 13 });
  });
});

describe('a page without a stage, or without a list of bookmarks', () => {
  it('offers neither', () => {
    store.getState().addRun(run('a'), null);
    expect([enabled('present'), enabled('bookmark'), enabled('bookmarks')]).toEqual([
      true,
      true,
      true,
    ]);
    store.setState({ hasStage: false, hasBookmarks: false });
    expect([enabled('present'), enabled('bookmark'), enabled('bookmarks')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('presenting', () => {
  it('needs no bookmark and no run', () => {
    commands.present.run();
    expect(store.getState().presenting).toBe(true);
    expect(commands.present.label(store.getState())).toBe('Leave the presentation');
  });

  it('is blank only on the stage', () => {
    store.getState().setBlank(true);
    expect(store.getState().blank).toBe(false);
    commands.present.run();
    store.getState().setBlank(true);
    expect(store.getState().blank).toBe(true);
    commands.present.run();
    expect(store.getState()).toMatchObject({ presenting: false, blank: false });
  });

  it('closes what filled the stage', () => {
    store.getState().addRun(run('a'), null);
    commands.present.run();
    store.getState().openFull('cache');
    commands.present.run();
    expect(store.getState()).toMatchObject({ presenting: false, fullPanel: null });
  });
});
