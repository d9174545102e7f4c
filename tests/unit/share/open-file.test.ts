import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Session } from '@/lib/commands/session';
import type { EngineInfo } from '@/lib/engine/types';
import { openFile } from '@/lib/share/open-file';
import { packRun } from '@/lib/share/run-file';
import { type AppStore, createAppStore } from '@/lib/store/store';
import type { Trace } from '@/lib/trace/trace';
import { FakeClient } from '../commands/fake-client';
import { bookmarkIn, MANIFEST, MODELS_URL, nanoRun, serveModels, TOKENIZER } from './nano-run';

let store: AppStore;
let session: Session;
let asked: string[];

beforeEach(() => {
  store = createAppStore();
  const request = { model: 'nano-b4', backend: 'wasm' } as const;
  session = new Session(store, new FakeClient(), request, () => {});
  asked = [];
  vi.stubGlobal('fetch', serveModels(asked));
});

afterEach(() => {
  session.dispose();
  vi.unstubAllGlobals();
});

const blobOf = async (trace: Trace, bookmarks = [bookmarkIn(trace)]) =>
  new Blob([await packRun({ trace, bookmarks })]);
const open = (file: Blob) => openFile(store, session, file, MODELS_URL);

describe('a file that is opened', () => {
  it('shows its run with the words of its model, and takes up its bookmarks', async () => {
    const run = nanoRun();
    await open(await blobOf(run));
    const { trace, writer, bookmarks, fileProblem, opening, handedOn } = store.getState();
    expect([fileProblem, opening]).toEqual([null, null]);
    expect(trace?.header).toEqual(run.header);
    expect(writer?.tokenizer.decode(trace?.tokens ?? [])).toContain('A <b>cat</b>');
    expect(bookmarks.map(({ name }) => name)).toEqual(['the sink']);
    expect(handedOn).toMatchObject({
      done: true,
      sentence: 'Opened a run of nano-b4 with 1 bookmark',
    });
    expect(asked).toEqual(['manifest', 'tokenizer'].map((n) => `${MODELS_URL}nano-b4/${n}.json`));
  });

  it('asks for nothing when its model is loaded', async () => {
    const info = { manifest: MANIFEST, tokenizer: TOKENIZER } as EngineInfo;
    store.setState({ info });
    await open(await blobOf(nanoRun()));
    expect(store.getState().writer?.tokenizer).toBe(TOKENIZER);
    expect(asked).toEqual([]);
  });

  it('clears what was said of the one before', async () => {
    await open(new Blob(['no run']));
    expect(store.getState().fileProblem).toBe('The file is not a Blockscope trace.');
    await open(await blobOf(nanoRun()));
    expect(store.getState().fileProblem).toBeNull();
  });

  it('gives way to one that is opened meanwhile', async () => {
    const [first, second] = [nanoRun(), nanoRun({ id: 'cd'.repeat(16) })];
    const files = [await blobOf(first), await blobOf(second), new Blob(['no run'])] as const;
    await Promise.all([open(files[2]), open(files[0]), open(files[1])]);
    const { trace, runs, fileProblem } = store.getState();
    expect(trace?.header.id).toBe(second.header.id);
    expect([runs.length, fileProblem]).toEqual([1, null]);
  });

  it('opens where the connection is there again', async () => {
    const file = await blobOf(nanoRun());
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    await open(file);
    expect(store.getState().fileProblem).toMatch(/nano-b4.*could not be fetched: check the/);
    expect(store.getState().trace).toBeNull();
    vi.stubGlobal('fetch', serveModels());
    await open(file);
    expect(store.getState().trace).not.toBeNull();
  });
});
