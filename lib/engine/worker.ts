/// <reference lib="webworker" />
import { ALL_MODELS, BLOCK_MODELS } from '@/lib/model/catalog';
import { type BundleReader, readGraph } from './bundle';
import { toProblem } from './errors';
import { fetchReader } from './fetch-bundle';
import type { LoopEnd } from './generate';
import { gpuFlavour } from './gpu-flavour';
import { INSPECT_GRAPH } from './inspect-graph';
import { Inspector } from './inspector';
import type { KeptEngine } from './kept-engine';
import { fallBackOnKept } from './kept-fetch';
import { FallBack, type Loaded, type LoadedEngine, loadEngine } from './load';
import { loadKept } from './load-kept';
import { type FromWorker, isStep, type ToWorker } from './protocol';
import { SerialQueue } from './queue';
import { writeRun } from './write-run';

/**
 * The engine's worker: one model, one run at a time. The page starts it afresh for another model, after a lost device and
 * after a hang.
 *
 * Loads and runs follow one another in `jobs`. A run waits for grants between its blocks, so every single call of ONNX Runtime
 * goes through `device`, and an inspection finds its turn there.
 */
const jobs = new SerialQueue();
const device = new SerialQueue();
let loaded: LoadedEngine | Loaded<KeptEngine> | null = null;
let source: BundleReader | null = null;
/** Made at the first inspection of a model. */
let inspecting: { graph: Promise<Uint8Array>; inspector: Inspector | null } | null = null;

/** What the page said of a run so far. */
interface RunState {
  granted: number;
  stopped: boolean;
  wake(): void;
}

/** Runs asked for and not ended, by number. A grant or a stop may come while the run before still winds up. */
const runs = new Map<number, RunState>();

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

fallBackOnKept(self);

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'load':
      jobs.run(() => load(data));
      break;
    case 'generate':
      ask(data);
      break;
    case 'grant':
      tell(data.run, (state) => {
        state.granted += data.runs;
      });
      break;
    case 'stop':
      tell(data.run, (state) => {
        state.stopped = true;
      });
      break;
    case 'inspect':
      inspect(data);
      break;
    case 'lose-device':
      loaded?.onGpu?.gpu.device.destroy();
      break;
  }
});

/** Silence in a prefill or an inspection beyond this means that it hangs: both may compile first. */
const PREFILL_LIMIT_MS = 60_000;

function ask(request: Extract<ToWorker, { type: 'generate' }>): void {
  const state: RunState = { granted: request.granted, stopped: false, wake: () => {} };
  runs.set(request.run, state);
  jobs.run(() => generate(request, state));
}

function tell(run: number, change: (state: RunState) => void): void {
  const state = runs.get(run);
  if (!state) return;
  change(state);
  state.wake();
}

async function load(request: Extract<ToWorker, { type: 'load' }>): Promise<void> {
  try {
    const offered = request.flatToo ? ALL_MODELS : BLOCK_MODELS;
    const read = fetchReader(request.model, request.baseUrl, { offered });
    const hooks = {
      onProgress: (loadedBytes: number, totalBytes: number) =>
        post({ type: 'progress', loadedBytes, totalBytes }),
      onCompiling: () => post({ type: 'compiling' }),
      onMeasuring: () => post({ type: 'measuring' }),
    };
    loaded = await device.run<LoadedEngine | Loaded<KeptEngine>>(() =>
      request.changedCache ? loadKept(request, read, hooks) : loadEngine(request, read, hooks),
    );
    source = read;
    const { bundle, backend, captured, reason, adapter, speed, stepTokens, onGpu } = loaded;
    onGpu?.gpu.device.lost.then(() => {
      if (onGpu.lost) post({ type: 'device-lost', problem: onGpu.lost.problem });
    });
    post({
      type: 'ready',
      info: {
        manifest: bundle.manifest,
        tokenizerJson: bundle.tokenizerJson,
        backend,
        captured,
        reason,
        adapter,
        threads: 1,
        stepMs: speed.stepMs,
        tokensPerSecond: (1000 * stepTokens) / speed.stepMs,
        allocatedBytes: loaded.engine.allocatedBytes,
        ...(request.changedCache && { changedCache: true }),
      },
    });
  } catch (error) {
    if (error instanceof FallBack) post({ type: 'fall-back', reason: error.message });
    else post({ type: 'load-failed', problem: toProblem(error) });
  }
}

async function generate(
  request: Extract<ToWorker, { type: 'generate' }>,
  state: RunState,
): Promise<void> {
  const { run } = request;
  try {
    const end = loaded ? await write(loaded.engine, request, state) : STOPPED;
    post({ type: 'end', run, ...end, problem: null });
  } catch (error) {
    post({ type: 'end', run, reason: 'failed', length: null, problem: toProblem(error) });
  } finally {
    runs.delete(run);
  }
}

const STOPPED = { reason: 'stopped', length: null } as const;

async function write(
  engine: (LoadedEngine | Loaded<KeptEngine>)['engine'],
  request: Extract<ToWorker, { type: 'generate' }>,
  state: RunState,
): Promise<LoopEnd | typeof STOPPED> {
  const { run } = request;
  // A prompt of a new length may build pipelines; a step never does.
  let limitMs = PREFILL_LIMIT_MS;
  const events = writeRun(engine, request);
  while (!state.stopped) {
    const next = await watched(limitMs, () => events.next());
    limitMs = Math.max(5000, 20 * (loaded?.speed.stepMs ?? 0));
    // Whatever came back after Stop is dropped here, before the page can see it.
    if (state.stopped) break;
    if (next.done) return next.value;
    const { data, end } = next.value;
    if (isStep(data)) state.granted -= 1;
    post({ run, ...data }, buffersOf(data.result));
    if (end) return end;
    while (state.granted <= 0 && !state.stopped)
      await new Promise<void>((resolve) => {
        state.wake = resolve;
      });
    await letMessagesIn();
  }
  return STOPPED;
}

/** Answers a question of the page, between two blocks of a run if there is one. */
async function inspect({ question, request }: Extract<ToWorker, { type: 'inspect' }>) {
  try {
    if (!loaded || !source) throw new Error('no model is loaded');
    const { bundle, onGpu } = loaded;
    inspecting ??= { graph: readGraph(bundle.manifest, INSPECT_GRAPH, source), inspector: null };
    const state = inspecting;
    const graph = await state.graph.catch((error) => {
      // The next question tries again.
      inspecting = null;
      throw error;
    });
    const result = await watched(PREFILL_LIMIT_MS, async () => {
      state.inspector ??= await Inspector.create(bundle, graph, onGpu ? gpuFlavour() : 'wasm');
      return state.inspector.inspect(request);
    });
    post({ type: 'inspected', question, result }, buffersOf(result));
  } catch (error) {
    post({ type: 'inspect-failed', question, problem: toProblem(error) });
  }
}

/** Runs `task` in its turn; the page ends this worker when it is silent for longer than `limitMs` meanwhile. */
function watched<T>(limitMs: number, task: () => Promise<T>): Promise<T> {
  return device.run(async () => {
    post({ type: 'busy', limitMs });
    try {
      return await task();
    } finally {
      post({ type: 'idle' });
    }
  });
}

const pause = new MessageChannel();

/** A run on WASM never leaves this thread's task; a message to itself lets Stop and Grant in (a timer would cost 4 ms). */
function letMessagesIn(): Promise<void> {
  return new Promise((resolve) => {
    pause.port1.onmessage = () => resolve();
    pause.port2.postMessage(null);
  });
}

/** The array buffers of a result, each once: they move to the page instead of being copied. */
function buffersOf(result: object): ArrayBuffer[] {
  return [
    ...new Set(
      Object.values(result)
        .filter((value): value is Float32Array<ArrayBuffer> => ArrayBuffer.isView(value))
        .map((view) => view.buffer),
    ),
  ];
}
