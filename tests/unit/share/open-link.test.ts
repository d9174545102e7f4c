import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { diskReader } from '@/lib/engine/node';
import type { GenerateRequest, LoadRequest } from '@/lib/engine/types';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { type SharedRun, writeLink } from '@/lib/share/link';
import { type LinkTarget, openLink } from '@/lib/share/open-link';
import { textSum } from '@/lib/share/text-sum';
import { readView } from '@/lib/share/view';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { recorded } from '../trace/synthetic';
import { SHARED, VIEW } from './links';

const PROMPT = 'One day a little rabbit found a red ball.';
const bundle = (model: string) => diskReader(`public/models/${model}`);

let store: AppStore;
let loads: Partial<LoadRequest>[];
let requests: GenerateRequest[];
let target: LinkTarget;
/** The run that a link asks for; the fake engine writes a run of its own. */
let good: SharedRun;

beforeAll(async () => {
  const read = bundle('nano-b4');
  const json = async (file: string) => JSON.parse(new TextDecoder().decode(await read(file)));
  const { weights, tokenizer: special } = await json('manifest.json');
  const tokenizer = loadTokenizer(await json('tokenizer.json'), special);
  const tokens = tokenizer.encode(' He took it home and played.');
  good = {
    ...SHARED,
    prompt: PROMPT,
    weights: weights.sha256,
    tokens,
    // 17 tokens and 3 pads before the text: the first of them is token 20.
    chosen: [0, 2],
    branch: { parent: 'a'.repeat(32), at: 22 },
    textSum: textSum(tokenizer, tokens),
    view: { ...VIEW, cursor: 13 },
  };
});

beforeEach(() => {
  store = createAppStore();
  loads = [];
  requests = [];
  target = {
    store,
    bundle,
    session: {
      model: 'tiny-b4',
      load: async (change) => {
        loads.push(change ?? {});
        return true;
      },
      write: async (request) => {
        requests.push(request);
        const recorder = recorded(2, 3);
        recorder.finish('length');
        store.getState().addRun(recorder.trace, null);
        return recorder.trace;
      },
    },
  };
});

describe('opening a link', () => {
  it('asks the model of the link for its text and shows the view', async () => {
    expect(await openLink(await writeLink(good), target)).toBe(true);
    expect(loads).toEqual([{ model: 'nano-b4' }]);
    expect(requests).toEqual([
      {
        prompt: PROMPT,
        maxTokens: good.tokens.length,
        sampling: good.sampling,
        forced: good.tokens,
        origin: { chosen: good.chosen, branch: good.branch },
      },
    ]);
    const state = store.getState();
    expect(state).toMatchObject({ prompt: PROMPT, sampling: good.sampling, maxTokens: 64 });
    expect(state.playing).toBe(false);
    expect(readView(state)).toMatchObject({ cursor: 13, global: VIEW.global });
    expect(state.notices).toEqual([]);
    expect(state.linked).toEqual(new Set([state.trace?.header.id]));
  });

  it('says that other weights will measure other numbers, and marks all of the text as given', async () => {
    expect(await openLink(await writeLink({ ...good, weights: 'c'.repeat(64) }), target)).toBe(
      true,
    );
    expect(store.getState().notices).toEqual([
      expect.stringMatching(
        /^This text comes from a link made with other weights of nano-b4 \(cccccccc, here [0-9a-f]{8}\): .*the numbers differ/,
      ),
    ]);
    expect(requests[0]?.forced).toEqual(good.tokens);
    expect(requests[0]?.origin).toBeUndefined();
  });

  it('does not load a model that is there', async () => {
    target = { ...target, session: { ...target.session, model: 'nano-b4' } };
    expect(await openLink(await writeLink(good), target)).toBe(true);
    expect(loads).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('leaves a reader alone who looks at another run by then', async () => {
    const { write } = target.session;
    const other = recorded(2, 1).trace;
    const session = {
      ...target.session,
      write: async (request: GenerateRequest) => {
        const trace = await write(request);
        store.getState().addRun(other, null);
        return trace;
      },
    };
    await openLink(await writeLink(good), { ...target, session });
    expect(store.getState().trace).toBe(other);
    expect(store.getState().global).toEqual({ layer: 0, head: 0 });
    expect(store.getState().notices).toEqual([]);
  });
});

describe('a link that this page cannot open', () => {
  const CASES: [name: string, change: () => Partial<SharedRun>, says: RegExp][] = [
    ['a model that is not here', () => ({ model: 'gpt-5' }), /"gpt-5" could not be loaded/],
    ['a flat model', () => ({ model: 'nano-flat' }), /a flat model, which this page does not run/],
    [
      'a token beyond the vocabulary',
      () => ({ tokens: Int32Array.of(4096), chosen: [] }),
      /cannot write its token 4096/,
    ],
    [
      'the token that pads',
      () => ({ tokens: Int32Array.of(40, 0), chosen: [0] }),
      /cannot write its token 0/,
    ],
    ['tokens that spell something else', () => ({ textSum: 1 }), /spell another text/],
    [
      'a text changed in one token',
      () => ({ tokens: good.tokens.map((id, i) => (i === 1 ? id + 1 : id)) }),
      /spell another text/,
    ],
    [
      'a text beyond the context',
      () => ({ tokens: new Int32Array(240).fill(1), textSum: 0x811c9dc5 }),
      /has 260 tokens, pads included, and nano-b4 holds 256/,
    ],
    [
      'a prompt beyond the context',
      () => ({ prompt: 'one day '.repeat(200) }),
      /prompt has .* tokens and this model holds at most 256/,
    ],
    [
      'a branch inside the prompt',
      () => ({ branch: { parent: 'a'.repeat(32), at: 3 } }),
      /branch does not fit/,
    ],
    [
      'a branch at a token that was drawn',
      () => ({ branch: { parent: 'a'.repeat(32), at: 21 } }),
      /branch does not fit/,
    ],
    [
      'a branch beyond the text',
      () => ({ branch: { parent: 'a'.repeat(32), at: 900 } }),
      /branch does not fit/,
    ],
  ];

  it.each(CASES)('%s: one sentence, and nothing else changes', async (_, change, says) => {
    const { notices: _before, ...before } = store.getState();
    expect(await openLink(await writeLink({ ...good, ...change() }), target)).toBe(false);
    const { notices, ...after } = store.getState();
    expect(after).toEqual(before);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(says);
    expect(notices[0]).toMatch(/^[A-Z].{10,220}\.$/);
    expect([...loads, ...requests]).toEqual([]);
  });

  it('says once what is wrong with it, however often it is followed', async () => {
    await openLink('#run=!', target);
    await openLink('#run=!', target);
    expect(store.getState().notices).toHaveLength(1);
  });
});

describe('an engine that fails on the way', () => {
  it('is left to say so itself', async () => {
    const session = { ...target.session, load: async () => false };
    expect(await openLink(await writeLink(good), { ...target, session })).toBe(false);
    expect(store.getState().notices).toEqual([]);
    expect(requests).toEqual([]);
  });
});
