import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shareCommands } from '@/lib/commands/share-commands';
import { copyLink, LONGEST_LINK } from '@/lib/share/copy-link';
import { readLink } from '@/lib/share/link';
import { textSum } from '@/lib/share/text-sum';
import { applyView, readView } from '@/lib/share/view';
import { type AppStore, createAppStore } from '@/lib/store/store';
import type { Writer } from '@/lib/store/writer';
import { TraceRecorder } from '@/lib/trace/recorder';
import { branchHeader, recorded, step, value } from '../trace/synthetic';
import { VIEW } from './links';
import { writer } from './writer';

const PAGE = 'https://example.org/blockscope/';
let store: AppStore;
let copied: string[];
let allowed: boolean;

beforeEach(() => {
  store = createAppStore();
  copied = [];
  allowed = true;
  vi.stubGlobal('navigator', {
    clipboard: {
      writeText: async (text: string) => {
        if (!allowed) throw new Error('not allowed');
        copied.push(text);
      },
    },
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The run in the link that was copied last. */
const shared = () => readLink(new URL(copied.at(-1) ?? '').hash);

describe('copying a link', () => {
  it('copies the run as far as it is written, its settings and the view', async () => {
    const by = writer();
    const { trace } = recorded(2, 3);
    store.getState().addRun(trace, by);
    store.getState().setMaxTokens(77);
    applyView(store, { ...VIEW, cursor: 17 });
    const outcome = await copyLink(store.getState(), PAGE);
    expect(outcome).toMatchObject({ done: true, text: null });
    expect(copied[0]).toMatch(/^https:\/\/example\.org\/blockscope\/#run=/);
    expect(outcome.sentence).toBe(`Link copied: ${copied[0]?.length} characters`);
    expect(await shared()).toEqual({
      model: 'test',
      weights: 'b'.repeat(64),
      prompt: trace.header.prompt,
      sampling: trace.header.sampling,
      maxTokens: 77,
      tokens: trace.generated,
      chosen: [],
      branch: null,
      textSum: textSum(by.tokenizer, trace.generated),
      view: readView(store.getState()),
    });
  });

  it('says where a branch left its run and what the reader chose', async () => {
    const parent = recorded(2, 3).trace;
    const branch = TraceRecorder.branch(parent, 14, branchHeader(parent, 14));
    branch.appendStep({ ...step(3), forced: [false, false, true, false] });
    store.getState().addRun(branch.trace, writer());
    await copyLink(store.getState(), PAGE);
    expect(await shared()).toMatchObject({
      branch: { parent: parent.header.id, at: 14 },
      chosen: [6],
    });
  });

  it('leaves out what an end discarded', async () => {
    const recorder = recorded(2, 2);
    recorder.finish('length', 14);
    store.getState().addRun(recorder.trace, writer());
    await copyLink(store.getState(), PAGE);
    expect((await shared()).tokens).toEqual(recorder.trace.generated);
    expect(recorder.trace.generated).toHaveLength(6);
  });
});

describe('a link that cannot be made', () => {
  it('is offered as a file when it is too long', async () => {
    const { trace } = recorded(2, 1);
    // Nothing that can be packed.
    const prompt = Array.from({ length: 6000 }, (_, i) =>
      String.fromCharCode(33 + Math.floor(90 * value(i))),
    );
    trace.header.prompt = prompt.join('');
    store.getState().addRun(trace, writer());
    const outcome = await copyLink(store.getState(), PAGE);
    expect(outcome).toMatchObject({ done: false, tooLong: true, text: null });
    expect(outcome.sentence).toMatch(/^This run is too long for a link: it would have [\d,]+ char/);
    expect(copied).toEqual([]);
    expect(LONGEST_LINK).toBe(4000);
  });

  it('is given to be taken by hand where there is no clipboard', async () => {
    allowed = false;
    store.getState().addRun(recorded(2, 1).trace, writer());
    const outcome = await copyLink(store.getState(), PAGE);
    expect(outcome).toMatchObject({ done: false, sentence: expect.stringMatching(/clipboard/) });
    expect(outcome.text).toMatch(/^https:.*#run=/);
  });

  it('says that there is no run', async () => {
    const outcome = await copyLink(store.getState(), PAGE);
    expect(outcome).toMatchObject({ done: false, text: null });
    expect(outcome.sentence).toMatch(/generate first/);
  });

  it('says that a prompt is not what its text gives', async () => {
    const by = writer();
    const other = { ...by.tokenizer, encode: () => Int32Array.of(2, 3) };
    store.getState().addRun(recorded(2, 1).trace, { ...by, tokenizer: other } as Writer);
    const outcome = await copyLink(store.getState(), PAGE);
    expect(outcome.sentence).toMatch(/does not come back from its text/);
    expect(copied).toEqual([]);
  });
});

describe('the command', () => {
  it('needs a run and its tokenizer, and leaves word of what came of it', async () => {
    vi.stubGlobal('document', { baseURI: `${PAGE}lab?x=1` });
    const [command] = shareCommands(store);
    expect(command?.id).toBe('copy-link');
    expect(command?.enabled(store.getState())).toBe(false);
    store.getState().addRun(recorded(2, 1).trace, null);
    expect(command?.enabled(store.getState())).toBe(false);
    store.getState().addRun(recorded(2, 1).trace, writer());
    expect(command?.enabled(store.getState())).toBe(true);
    command?.run();
    await vi.waitFor(() => expect(store.getState().handedOn?.done).toBe(true));
    expect(copied[0]).toMatch(/^https:\/\/example\.org\/blockscope\/#run=/);
  });
});
