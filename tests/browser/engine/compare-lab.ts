import type { CacheChoice } from '@/lib/compare/caches';
import { laneTotals, tokenFigures } from '@/lib/compare/figures';
import { CompareSession } from '@/lib/compare/session';
import { type CompareStore, createCompareStore } from '@/lib/compare/store';
import { promptTokensOf, textTokensOf } from '@/lib/compare/text-trace';
import { LANES, type LaneId } from '@/lib/compare/types';
import { wordsAt } from '@/lib/compare/words';
import { createAnyClient } from '@/lib/engine/any-client';
import { createEngineClient } from '@/lib/engine/client';
import type { FromWorker, ToWorker } from '@/lib/engine/protocol';
import type { BackendName, RunOf } from '@/lib/engine/types';
import { FlatTrace } from '@/lib/trace/flat-trace';
import { isDistribution } from '@/lib/trace/rows';
import type { Trace } from '@/lib/trace/trace';
import type { Sampling } from '@/lib/trace/types';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const PROMPT = 'One day a little rabbit found a red ball.';
const modelsUrl = new URL('models/', location.href).href;

/** What a worker said of its work, in the order in which the page heard it. */
interface Heard {
  lane: LaneId;
  what: 'begins' | 'rests';
}

let heard: Heard[] = [];
let workers: Record<LaneId, Worker[]> = { upper: [], lower: [] };
let store: CompareStore | null = null;
let session: CompareSession | null = null;
let ticking: ReturnType<typeof setInterval> | undefined;

function listen(lane: LaneId, worker: Worker): void {
  let loading = false;
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    const { type } = data;
    if (type === 'progress' && !loading) heard.push({ lane, what: 'begins' });
    if (type === 'progress') loading = true;
    if (type === 'busy') heard.push({ lane, what: 'begins' });
    if (type === 'idle' || type === 'ready') heard.push({ lane, what: 'rests' });
  });
}

function opened(): { store: CompareStore; session: CompareSession } {
  if (!store || !session) throw new Error('no comparison is open');
  return { store, session };
}

function until(ready: () => boolean): Promise<void> {
  const { store } = opened();
  return new Promise((resolve) => {
    if (ready()) return resolve();
    const stop = store.subscribe(() => {
      if (!ready()) return;
      stop();
      resolve();
    });
  });
}

/** What a test looks at of a lane. */
function laneReport(id: LaneId) {
  const { trace, status, givenBy, info } = opened().store.getState().lanes[id];
  if (!trace) return { state: status.state, givenBy, trace: null };
  const last = textTokensOf(trace) - 1;
  return {
    state: status.state,
    givenBy,
    trace: {
      architecture: info?.manifest.architecture,
      generated: [...trace.generated],
      prompt: promptTokensOf(trace),
      end: trace.end,
      written: textTokensOf(trace) - promptTokensOf(trace),
      figures: tokenFigures(trace, last),
      totals: laneTotals(trace, last),
      rowsAreDistributions: trace instanceof FlatTrace ? flatRowsAreDistributions(trace) : null,
      seen: trace instanceof FlatTrace ? seenRows(trace) : null,
    },
  };
}

function flatRowsAreDistributions(trace: FlatTrace): boolean {
  const { blockLayers, heads } = trace.dims;
  for (let token = 0; token < trace.rows; token++)
    for (let map = 0; map < blockLayers * heads; map++) {
      const row = trace.row(token, Math.floor(map / heads), map % heads);
      if (!isDistribution(row, 2 ** -11 + row.length * 2 ** -24)) return false;
    }
  return trace.rows >= trace.textLength - 1;
}

/** The text positions that each row saw in the last layer and head. */
function seenRows(trace: FlatTrace): number[][] {
  const { blockLayers, heads } = trace.dims;
  return Array.from({ length: trace.rows }, (_, row) =>
    Array.from({ length: row + 1 }, (_, position) => position).filter((position) =>
      trace.saw(row, blockLayers - 1, heads - 1, position),
    ),
  );
}

let flat: RunOf<Trace | FlatTrace> | null = null;
let flatWorker: Worker | null = null;
const flatClient = createAnyClient({
  modelsUrl,
  createWorker: () => {
    flatWorker = new Worker('worker.js', { type: 'module' });
    return flatWorker;
  },
});

/** Two lanes with their workers, without a page. */
export const compareLab = {
  async open(upper: string, lower: string) {
    heard = [];
    workers = { upper: [], lower: [] };
    store = createCompareStore({ upper, lower });
    session = new CompareSession(store, {
      createClient: (lane) =>
        createAnyClient({
          modelsUrl,
          createWorker: () => {
            const worker = new Worker('worker.js', { type: 'module' });
            workers[lane].push(worker);
            listen(lane, worker);
            return worker;
          },
        }),
      backend: 'wasm',
      wake: () => {},
    });
    await session.open();
    ticking = setInterval(() => session?.tick(performance.now()), 16);
    return LANES.map(laneReport);
  },
  /** Writes to the end at full pace. */
  async write(maxTokens: number, unrolled: boolean) {
    const { store, session } = opened();
    store.setState({ prompt: PROMPT, sampling: GREEDY, maxTokens, unrolled, pace: 'max' });
    await session.generate();
    await until(() => !store.getState().running);
    return LANES.map(laneReport);
  },
  /** Stops once both have written `tokens`, and says how it stands there and a while later. */
  async stopAfter(tokens: number) {
    const { store, session } = opened();
    store.setState({ maxTokens: 200, pace: 'max' });
    await session.generate();
    const written = () =>
      LANES.every((id) => {
        const { trace } = store.getState().lanes[id];
        return trace !== null && textTokensOf(trace) - promptTokensOf(trace) >= tokens;
      });
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (!written()) return;
        clearInterval(look);
        resolve();
      }, 1);
    });
    session.stop();
    const stopped = LANES.map(laneReport);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { stopped, later: LANES.map(laneReport), running: store.getState().running };
  },
  async giveText(from: LaneId) {
    const { store, session } = opened();
    await session.giveText(from);
    await until(() => !store.getState().running);
    return LANES.map(laneReport);
  },
  async choose(lane: LaneId, model: string) {
    const { store, session } = opened();
    await session.choose(lane, model);
    await until(() => !store.getState().running);
    return LANES.map(laneReport);
  },
  async chooseCache(lane: LaneId, cache: CacheChoice) {
    const { store, session } = opened();
    await session.chooseCache(lane, cache);
    await until(() => !store.getState().running);
    const { status, info } = store.getState().lanes[lane];
    return {
      problem: status.state === 'failed' ? status.problem.message : null,
      reason: info?.reason,
      lanes: LANES.map(laneReport),
    };
  },
  words: () => wordsAt(opened().store.getState()),
  heard: () => heard,
  close() {
    clearInterval(ticking);
    session?.dispose();
  },
  /** How many were ever made. */
  workers: () => Object.values(workers).flat().length,
  /** The first page's client is asked for a flat model. */
  async refusal(): Promise<string> {
    const client = createEngineClient({
      modelsUrl,
      createWorker: () => new Worker('worker.js', { type: 'module' }),
    });
    const answer = await client
      .load({ model: 'nano-flat', backend: 'wasm' })
      .then(() => 'loaded')
      .catch((error: Error) => error.message);
    client.dispose();
    return answer;
  },
  /** A flat model alone, four tokens a run; `lose` destroys its GPU device behind the first run. */
  async flat(backend: BackendName, maxTokens: number, lose: boolean) {
    const info = await flatClient.load({ model: 'nano-flat', backend });
    flat = await flatClient.generate({
      prompt: PROMPT,
      maxTokens,
      sampling: GREEDY,
      unrolled: true,
    });
    const run = flat;
    if (lose) {
      const before = run.trace.length;
      run.grant(1);
      await new Promise<void>((resolve) => {
        const stop = run.subscribe(() => {
          if (run.trace.length === before) return;
          stop();
          resolve();
        });
      });
      flatWorker?.postMessage({ type: 'lose-device' } satisfies ToWorker);
    }
    run.grant(maxTokens);
    const end = await run.done;
    const { trace } = run;
    return {
      backend: info.backend,
      reason: info.reason,
      tokensPerSecond: info.tokensPerSecond,
      end,
      generated: [...trace.generated],
      rowsAreDistributions: trace instanceof FlatTrace && flatRowsAreDistributions(trace),
    };
  },
};
