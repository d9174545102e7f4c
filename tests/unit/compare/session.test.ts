import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CacheChoice, FULL_CACHE } from '@/lib/compare/caches';
import { compareExtent, tracesOf } from '@/lib/compare/extent';
import { tokenFigures } from '@/lib/compare/figures';
import { CompareSession } from '@/lib/compare/session';
import { type CompareStore, createCompareStore } from '@/lib/compare/store';
import { textTokensOf } from '@/lib/compare/text-trace';
import { LANES, type LaneId } from '@/lib/compare/types';
import { FlatTrace } from '@/lib/trace/flat-trace';
import { FakeEngine, Log } from './fake-engine';

let log: Log;
let store: CompareStore;
let session: CompareSession;
let engines: Record<LaneId, FakeEngine[]>;
let missing: Set<string>;
let wakes: number;

function compare(upper = 'b4', lower = 'flat'): void {
  log = new Log();
  missing = new Set();
  engines = { upper: [], lower: [] };
  wakes = 0;
  store = createCompareStore({ upper, lower });
  store.setState({ prompt: 'abcdefghi', maxTokens: 20, unrolled: true });
  session = new CompareSession(store, {
    createClient: (id) => {
      const engine = new FakeEngine(id, log, missing);
      engines[id].push(engine);
      return engine;
    },
    backend: 'auto',
    wake: () => wakes++,
  });
}

const rest = async () => {
  for (let i = 0; i < 3000; i++) await Promise.resolve();
};
const lane = (id: LaneId) => store.getState().lanes[id];
const traceOf = (id: LaneId) => {
  const { trace } = lane(id);
  if (!trace) throw new Error(`the ${id} lane has no run`);
  return trace;
};
const writtenIn = (id: LaneId) => textTokensOf(traceOf(id)) - 9;
const steps = () => log.events.filter((event) => event.endsWith('step'));
const engine = (id: LaneId) => engines[id].at(-1) as FakeEngine;

beforeEach(() => {
  vi.useFakeTimers();
  compare();
});
afterEach(() => {
  expect(log.overlap).toBeNull();
  session.dispose();
  vi.useRealTimers();
});

test('both models are loaded, one after the other', async () => {
  const opening = session.open();
  expect(LANES.map((id) => lane(id).status.state)).toEqual(['loading', 'loading']);
  await opening;
  expect(log.events).toEqual(['upper load b4', 'lower load flat']);
  expect(LANES.map((id) => lane(id).status.state)).toEqual(['ready', 'ready']);
  expect(LANES.map((id) => lane(id).info?.manifest.id)).toEqual(['b4', 'flat']);
  expect(store.getState()).toMatchObject({ running: false, cursor: null });
});

describe('a comparison', () => {
  beforeEach(async () => {
    await session.open();
    log.events.length = 0;
  });

  test('reads both prompts first, then writes in turn, two runs ahead of the cursor', async () => {
    await session.generate();
    expect(store.getState()).toMatchObject({ cursor: 8, playing: true, running: true });
    await rest();
    expect(log.events).toEqual([
      'upper prefill',
      'lower prefill',
      ...['upper step', 'lower step', 'upper step', 'lower step'],
    ]);
    expect(LANES.map(writtenIn)).toEqual([8, 8]);
    expect(traceOf('lower')).toBeInstanceOf(FlatTrace);
    expect(LANES.map((id) => engine(id).requests[0])).toEqual([
      expect.objectContaining({ prompt: 'abcdefghi', maxTokens: 20, unrolled: true }),
      expect.objectContaining({ prompt: 'abcdefghi', maxTokens: 20, unrolled: true }),
    ]);
    // The cursor enters the second run of four.
    store.getState().seek(9 + 4);
    await rest();
    expect(LANES.map(writtenIn)).toEqual([12, 12]);
    store.getState().seek(9 + 5);
    await rest();
    expect(LANES.map(writtenIn)).toEqual([12, 12]);
  });

  test('as fast as it goes writes to the end, still in turn', async () => {
    store.getState().setPace('max');
    await session.generate();
    for (let i = 0; i < 30; i++) {
      await rest();
      session.tick(i * 16);
    }
    expect(LANES.map(writtenIn)).toEqual([20, 20]);
    expect(steps()).toEqual(new Array(5).fill(['upper step', 'lower step']).flat());
    expect(store.getState()).toMatchObject({ running: false, playing: false, cursor: 28 });
    expect(compareExtent(tracesOf(store.getState()))).toEqual({ first: 9, last: 28, ended: true });
  });

  test('a flat lane of one token a run makes four where the other makes one', async () => {
    store.getState().setUnrolled(false);
    store.getState().setPace('max');
    await session.generate();
    await rest();
    expect(steps().slice(0, 10)).toEqual([
      'upper step',
      ...new Array(4).fill('lower step'),
      'upper step',
      ...new Array(4).fill('lower step'),
    ]);
  });

  test('a longer block sets the pace of both', async () => {
    await session.choose('upper', 'b8');
    await session.generate();
    await rest();
    expect(LANES.map(writtenIn)).toEqual([16, 16]);
    expect(steps().map((step) => step.slice(0, 5))).toEqual([
      ...['upper', 'lower', 'lower', 'upper', 'lower', 'lower'],
    ]);
  });

  test('the cursor plays at the pace and waits for the lane that is behind', async () => {
    await session.generate();
    await rest();
    session.tick(0);
    session.tick(125);
    expect(store.getState().cursor).toBe(9 + 1);
    for (let now = 250; now < 20_000; now += 125) session.tick(now);
    await rest();
    // Nothing was written meanwhile: no microtask ran between the ticks.
    expect(store.getState().cursor).toBe(9 + 7);
    expect(store.getState().playing).toBe(true);
  });

  test('stop keeps what is there, and nothing is written after it', async () => {
    store.getState().setPace('max');
    await session.generate();
    for (let i = 0; i < 90; i++) await Promise.resolve();
    expect(steps().length).toBeGreaterThan(0);
    const before = LANES.map(writtenIn);
    session.stop();
    expect(store.getState().running).toBe(false);
    const made = log.events.length;
    await rest();
    expect(LANES.map(writtenIn)).toEqual(before);
    expect(LANES.map((id) => traceOf(id).end?.reason)).toEqual(['stopped', 'stopped']);
    expect(log.events).toHaveLength(made);
    store.getState().seek(1000);
    expect(store.getState().cursor).toBe(8 + Math.max(...before));
  });

  const turns = Array.from({ length: 10 }, (_, i) => 1 + 10 * i);
  test.each(turns)('a new request waits until the engines rest: %i', async (count) => {
    store.getState().setPace('max');
    await session.generate();
    for (let i = 0; i < count; i++) await Promise.resolve();
    const old = LANES.map(traceOf);
    store.getState().setPrompt('abc');
    await session.generate();
    await rest();
    expect(old.map((trace) => trace.end?.reason)).toEqual(['stopped', 'stopped']);
    expect(LANES.map((id) => traceOf(id).header.prompt)).toEqual(['abc', 'abc']);
    expect(LANES.map((id) => traceOf(id).end?.reason)).toEqual(['length', 'length']);
  });

  test.each(turns)('and while prompts are read: %i', async (count) => {
    const first = session.generate();
    for (let i = 0; i < count; i++) await Promise.resolve();
    store.getState().setPrompt('abc');
    await Promise.all([first, session.generate()]);
    await rest();
    expect(LANES.map((id) => traceOf(id).header.prompt)).toEqual(['abc', 'abc']);
    expect(LANES.map((id) => textTokensOf(traceOf(id)))).toEqual([3 + 8, 3 + 8]);
  });

  test('a stop before the prompts are read begins nothing', async () => {
    const asked = session.generate();
    session.stop();
    await asked;
    await rest();
    expect(log.events).toEqual([]);
    expect(LANES.map((id) => lane(id).trace)).toEqual([null, null]);
    expect(store.getState().running).toBe(false);
  });

  test('a prompt that one model refuses begins neither run and keeps the old ones', async () => {
    await session.generate();
    await rest();
    const old = LANES.map(traceOf);
    store.getState().setPrompt('');
    await session.generate();
    expect(LANES.map(traceOf)).toEqual(old);
    expect(LANES.map((id) => lane(id).problem?.code)).toEqual(['prompt-empty', 'prompt-empty']);
    store.getState().setPrompt('abc');
    await session.generate();
    expect(LANES.map((id) => lane(id).problem)).toEqual([null, null]);
  });

  test('an engine that fails ends its lane with its problem, and the other goes on', async () => {
    await session.generate();
    await rest();
    const problem = { code: 'engine-hung', message: 'Silent.', recovery: 'retry' } as const;
    engine('upper').fail(problem);
    await rest();
    expect(lane('upper')).toMatchObject({ problem, status: { state: 'failed' } });
    store.getState().setPace('max');
    await rest();
    expect(writtenIn('lower')).toBe(20);
    // Asked again, it is loaded again.
    log.events.length = 0;
    await session.generate();
    expect(log.events.slice(0, 2)).toEqual(['upper load b4', 'upper prefill']);
    expect(lane('upper').problem).toBeNull();
  });

  test('a lost device: the other lane waits until the engine is back with its tokens', async () => {
    await session.generate();
    await rest();
    log.events.length = 0;
    const back = engine('upper').loseDevice();
    store.getState().seek(9 + 7);
    await back;
    await rest();
    expect(log.events).toEqual([
      ...['upper load again', 'upper resume', 'upper step', 'lower step'],
    ]);
  });

  test('a device lost for good with its lane holds nobody up', async () => {
    await session.generate();
    await rest();
    const lost = engine('upper');
    const back = lost.loseDevice();
    const chosen = session.choose('upper', 'f2');
    await Promise.all([back, chosen]);
    store.getState().setPace('max');
    await rest();
    expect(LANES.map(writtenIn)).toEqual([20, 20]);
  });

  test('React hears of new tokens a few times a second', async () => {
    store.getState().setPace('max');
    let heard = 0;
    store.subscribe((state, before) => {
      if (state.progress !== before.progress) heard++;
    });
    await session.generate();
    await rest();
    expect(traceOf('upper').version).toBeGreaterThan(5);
    expect(heard).toBe(0);
    vi.advanceTimersByTime(100);
    expect(heard).toBe(1);
    expect(wakes).toBeGreaterThan(5);
  });
});

describe('another model in a lane', () => {
  beforeEach(() => session.open());

  test('frees the old one and writes the same in its place; the other run stays', async () => {
    store.getState().setPace('max');
    await session.generate();
    await rest();
    const kept = traceOf('upper');
    const old = engine('lower');
    const chosen = session.choose('lower', 'b8');
    expect(old.disposed).toBe(true);
    expect(lane('lower')).toMatchObject({ model: 'b8', trace: null, info: null });
    await chosen;
    await rest();
    expect(traceOf('upper')).toBe(kept);
    expect(traceOf('lower').header).toMatchObject({ prompt: 'abcdefghi', model: { id: 'b8' } });
    expect(writtenIn('lower')).toBe(20);
  });

  test.each([
    [1, 16],
    [2, 16],
    // Two runs of eight ahead, of the twenty that were asked for.
    [8, 20],
  ])(
    'of block length %i writes as far as the lane was; the cursor stays',
    async (length, written) => {
      await session.generate();
      await rest();
      store.setState({ playing: false });
      for (const token of [9 + 7, 9 + 9]) {
        store.getState().seek(token);
        await rest();
      }
      store.getState().seek(9 + 5);
      const kept = traceOf('lower');
      expect(LANES.map(writtenIn)).toEqual([16, 16]);
      await session.choose('upper', `b${length}`);
      await rest();
      expect(traceOf('lower')).toBe(kept);
      expect(traceOf('upper').dims.blockLength).toBe(length);
      expect(traceOf('upper').header).toMatchObject({
        prompt: 'abcdefghi',
        model: { id: `b${length}` },
      });
      expect(LANES.map(writtenIn)).toEqual([written, 16]);
      expect(store.getState()).toMatchObject({ cursor: 9 + 5, playing: false });
    },
  );

  test('whose text is shorter takes the cursor to the end once both have ended, and not before', async () => {
    compare('f2', 'b4');
    store.setState({ maxTokens: 1000, pace: 'max', unrolled: false });
    await session.open();
    await session.generate();
    await rest();
    // The context has room for 64 tokens, pads included.
    expect(LANES.map((id) => textTokensOf(traceOf(id)))).toEqual([64, 61]);
    store.getState().setPlaying(false);
    store.getState().seek(63);
    const chosen = session.choose('upper', 'b8');
    await Promise.resolve();
    expect(store.getState().cursor).toBe(63);
    await chosen;
    expect(store.getState().cursor).toBe(63);
    await rest();
    expect(LANES.map((id) => textTokensOf(traceOf(id)))).toEqual([57, 61]);
    expect(store.getState().cursor).toBe(60);
  });

  test('that cannot be loaded leaves the cursor in the text that there is', async () => {
    compare('f2', 'b4');
    store.setState({ maxTokens: 1000, pace: 'max', unrolled: false });
    await session.open();
    await session.generate();
    await rest();
    store.getState().seek(63);
    missing.add('b8');
    await session.choose('upper', 'b8');
    expect(store.getState().cursor).toBe(60);
  });

  test('while the other lane writes, each gets its turn', async () => {
    await session.generate();
    await rest();
    store.setState({ pace: 'max' });
    store.getState().seek(9);
    await session.choose('lower', 'b8');
    await rest();
    expect(LANES.map(writtenIn)).toEqual([20, 20]);
  });

  test('chosen twice, the first is not loaded to its end', async () => {
    const first = session.choose('lower', 'b8');
    const second = session.choose('lower', 'f2');
    await Promise.all([first, second]);
    expect(lane('lower').info?.manifest.id).toBe('f2');
    expect(log.events.slice(2)).toEqual(['lower load f2']);
  });

  test('chosen while its load goes on, that load is given up', async () => {
    const first = session.choose('lower', 'b8');
    for (let i = 0; i < 10 && !log.events.includes('lower load b8'); i++) await Promise.resolve();
    expect(log.events.at(-1)).toBe('lower load b8');
    for (let i = 0; i < 9; i++) await Promise.resolve();
    await Promise.all([first, session.choose('lower', 'f2')]);
    expect(lane('lower').info?.manifest.id).toBe('f2');
  });

  test('a model that is not there leaves the other lane usable', async () => {
    missing.add('b9');
    await session.choose('lower', 'b9');
    expect(lane('lower').status).toMatchObject({ state: 'failed' });
    await session.generate();
    await rest();
    expect(writtenIn('upper')).toBe(8);
    expect(lane('lower').trace).toBeNull();
    missing.clear();
    await session.choose('lower', 'b9');
    await rest();
    expect(writtenIn('lower')).toBe(8);
  });

  test('asked for while models load, a run begins once they are there, and once', async () => {
    compare();
    const opening = session.open();
    const asked = session.generate();
    expect(store.getState().running).toBe(true);
    await Promise.all([opening, asked]);
    await rest();
    expect(log.events.slice(0, 4)).toEqual([
      ...['upper load b4', 'lower load flat', 'upper prefill', 'lower prefill'],
    ]);
    expect(LANES.map((id) => engine(id).requests.length)).toEqual([1, 1]);
  });
});

describe('the same text', () => {
  beforeEach(async () => {
    await session.open();
    store.getState().setPace('max');
    await session.generate();
    await rest();
  });

  test('goes through the other model, from the same prompt, and the first stays', async () => {
    const source = traceOf('upper');
    await session.giveText('upper');
    await rest();
    expect(traceOf('upper')).toBe(source);
    expect(lane('upper').givenBy).toBeNull();
    expect(lane('lower').givenBy).toBe('upper');
    const request = engine('lower').requests.at(-1);
    expect(request).toMatchObject({ prompt: 'abcdefghi', maxTokens: 20 });
    expect(request?.forced).toEqual(source.generated.slice());
    expect([...traceOf('lower').generated]).toEqual([...source.generated]);
    expect(traceOf('lower').isForced(9)).toBe(true);
  });

  test('in tokens of its own where the other model reads differently', async () => {
    await session.choose('lower', 'f-other');
    await rest();
    await session.giveText('upper');
    await rest();
    const turned = Array.from(traceOf('upper').generated, (id) => 12 - id);
    expect([...traceOf('lower').generated]).toEqual(turned);
  });

  test('is given anew to a model that takes the place of the one it was given to', async () => {
    await session.giveText('upper');
    await session.choose('lower', 'b8');
    await rest();
    expect(lane('lower').givenBy).toBe('upper');
    expect([...traceOf('lower').generated]).toEqual([...traceOf('upper').generated]);
  });

  test('ends as a comparison when its writer is replaced: both draw again', async () => {
    await session.giveText('upper');
    await session.choose('upper', 'b8');
    await rest();
    expect(LANES.map((id) => lane(id).givenBy)).toEqual([null, null]);
    expect(LANES.map(writtenIn)).toEqual([20, 20]);
    expect(traceOf('lower').isForced(9)).toBe(false);
  });

  test('ends so at the cursor, which stays where it was', async () => {
    await session.giveText('upper');
    await rest();
    store.getState().setPlaying(false);
    store.getState().seek(15);
    await session.choose('upper', 'b2');
    await rest();
    expect(LANES.map((id) => lane(id).givenBy)).toEqual([null, null]);
    expect(store.getState()).toMatchObject({ cursor: 15, playing: false });
    expect(Math.min(...LANES.map(writtenIn))).toBeGreaterThan(15 - 9);
  });

  test('of a run that still writes is what there is', async () => {
    store.getState().setPace(8);
    await session.generate();
    await rest();
    await session.giveText('lower');
    await rest();
    expect(traceOf('lower').end?.reason).toBe('stopped');
    expect(engine('upper').requests.at(-1)?.forced).toHaveLength(8);
  });

  test('cannot be given before there is any', async () => {
    compare();
    await session.open();
    await session.giveText('upper');
    expect(lane('lower').problem?.code).toBe('bad-request');
    expect(store.getState().running).toBe(false);
  });
});

test('disposed, both engines and all numbers are let go', async () => {
  await session.open();
  await session.generate();
  await rest();
  session.dispose();
  expect(LANES.map((id) => engine(id).disposed)).toEqual([true, true]);
  expect(LANES.map((id) => lane(id).trace)).toEqual([null, null]);
  expect(session.tick(1)).toBe(false);
});

describe('a changed cache', () => {
  const window = (size: number): CacheChoice => ({
    id: 'sliding-window',
    values: { window: size },
  });
  const heldIn = (id: LaneId) => tokenFigures(traceOf(id), textTokensOf(traceOf(id)) - 1);

  beforeEach(() => store.setState({ pace: 'max' }));

  test('comes with an engine of its own, then changes without another load', async () => {
    await session.open();
    await session.generate();
    await rest();
    const full = engine('lower');
    log.events.length = 0;
    await session.chooseCache('lower', window(4));
    await rest();
    const changed = engine('lower');
    expect(full.disposed).toBe(true);
    expect(lane('lower').cache).toEqual(window(4));
    expect(log.events.slice(0, 2)).toEqual([
      'lower load flat for a changed cache',
      'lower prefill',
    ]);
    expect(engine('lower').requests).toEqual([
      expect.objectContaining({
        prompt: 'abcdefghi',
        cache: { id: 'sliding-window', window: 4 },
      }),
    ]);
    // One token a run: twenty of them.
    expect(log.events.slice(2)).toEqual(new Array(20).fill('lower step'));
    expect(heldIn('lower').heldPositions).toBe(4);

    log.events.length = 0;
    await session.chooseCache('lower', window(6));
    await rest();
    expect(log.events[0]).toBe('lower prefill');
    expect(engine('lower')).toBe(changed);
    expect(heldIn('lower').heldPositions).toBe(6);
    expect(store.getState().running).toBe(false);

    await session.chooseCache('lower', FULL_CACHE);
    await rest();
    expect(changed.disposed).toBe(true);
    expect(engine('lower').requests[0]).not.toHaveProperty('cache');
    expect(heldIn('lower').heldPositions).toBe(28);
  });

  test('takes its turns with the other lane, a token against a block', async () => {
    await session.open();
    await session.chooseCache('lower', window(4));
    await session.generate();
    await rest();
    expect(steps().slice(0, 10)).toEqual([
      'upper step',
      ...new Array(4).fill('lower step'),
      'upper step',
      ...new Array(4).fill('lower step'),
    ]);
  });

  test('is given the other lane’s text, and goes when another model comes', async () => {
    store.setState({ maxTokens: 6 });
    await session.open();
    await session.chooseCache('lower', window(4));
    await session.generate();
    await rest();
    await session.giveText('upper');
    await rest();
    expect(lane('lower').givenBy).toBe('upper');
    expect([...traceOf('lower').generated]).toEqual([...traceOf('upper').generated]);
    expect(heldIn('lower')).toMatchObject({ heldPositions: 4, given: true });
    await session.choose('lower', 'flat2');
    await rest();
    expect(lane('lower').cache).toEqual(FULL_CACHE);
    expect(engine('lower').requests[0]).not.toHaveProperty('cache');
  });

  test('that was changed while the model was on its way is what it begins with', async () => {
    await session.open();
    store.setState({ maxTokens: 4 });
    await session.generate();
    await rest();
    const first = session.chooseCache('lower', window(4));
    await session.chooseCache('lower', window(5));
    await first;
    await rest();
    expect(log.events.filter((event) => event.startsWith('lower load'))).toHaveLength(2);
    expect(engine('lower').requests.map(({ cache }) => cache)).toEqual([
      { id: 'sliding-window', window: 5 },
    ]);
  });

  test('of a model that cannot be loaded is tried again with the next choice', async () => {
    await session.open();
    missing.add('flat');
    await session.chooseCache('lower', window(4));
    expect(lane('lower').status.state).toBe('failed');
    missing.clear();
    await session.chooseCache('lower', window(5));
    expect(lane('lower').status.state).toBe('ready');
    expect(lane('lower').cache).toEqual(window(5));
  });

  test('changed while both write starts this lane anew and leaves the other', async () => {
    store.setState({ pace: 1, maxTokens: 20 });
    await session.open();
    await session.chooseCache('lower', window(4));
    await session.generate();
    await rest();
    const upper = traceOf('upper');
    await session.chooseCache('lower', window(5));
    await rest();
    expect(traceOf('upper')).toBe(upper);
    expect(upper.end).toBeNull();
    expect(heldIn('lower').heldPositions).toBe(5);
  });

  test('whose lane had written the text of both has both write anew', async () => {
    store.setState({ maxTokens: 6 });
    await session.open();
    await session.chooseCache('lower', window(4));
    await session.generate();
    await rest();
    await session.giveText('lower');
    await rest();
    expect(lane('upper').givenBy).toBe('lower');
    await session.chooseCache('lower', window(5));
    await rest();
    expect(lane('upper').givenBy).toBeNull();
    expect(writtenIn('upper')).toBe(6);
  });
});
