import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runFileName, unpackRun } from '@/lib/share/run-file';
import { saveFile } from '@/lib/share/save-file';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { bookmarkIn, nanoRun } from './nano-run';

let store: AppStore;
let link: { href: string; download: string; click(): void };
let saved: Blob[];

beforeEach(() => {
  store = createAppStore();
  saved = [];
  link = { href: '', download: '', click: vi.fn() };
  vi.useFakeTimers();
  vi.stubGlobal('document', { createElement: () => link });
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    saved.push(blob as Blob);
    return 'blob:run';
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('the run on the screen is saved with its own bookmarks', async () => {
  const [run, other] = [nanoRun(), nanoRun({ id: 'cd'.repeat(16) })];
  const mine = bookmarkIn(run);
  store.getState().addRun(other, null);
  store.getState().addRun(run, null);
  store.getState().takeBookmarks([bookmarkIn(other), mine]);
  const outcome = await saveFile(store.getState());
  const name = runFileName(run);
  expect(outcome).toEqual({ done: true, sentence: `Saved ${name}`, text: null });
  expect([link.download, link.href]).toEqual([name, 'blob:run']);
  expect(link.click).toHaveBeenCalledOnce();
  const back = await unpackRun(new Uint8Array(await (saved[0] as Blob).arrayBuffer()));
  expect(back.trace.header).toEqual(run.header);
  expect(back.bookmarks).toEqual([mine]);
});

test('a run that is still being written is saved as far as it is', async () => {
  const run = nanoRun({ ended: false });
  store.getState().addRun(run, null);
  await saveFile(store.getState());
  const back = await unpackRun(new Uint8Array(await (saved[0] as Blob).arrayBuffer()));
  expect([back.trace.end, back.trace.length]).toEqual([null, run.length]);
});

test('what went wrong is told in one sentence', async () => {
  expect(await saveFile(store.getState())).toEqual({
    done: false,
    sentence: 'There is no run to save: generate first.',
    text: null,
  });
  store.getState().addRun(nanoRun(), null);
  vi.mocked(URL.createObjectURL).mockImplementation(() => {
    throw new Error('refused');
  });
  expect((await saveFile(store.getState())).sentence).toBe(
    'The browser does not let this page save a file.',
  );
});
