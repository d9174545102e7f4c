import type { Job } from '@/lib/engine/quiet-job';
import { loadRuntime, type OrtSession } from '@/lib/engine/runtime';
import { matvecModel } from '../lib/matvec-model';
import type { Row } from '../lib/rows';
import type { Sample } from '../lib/sample';
import { engineRunner } from '../runners/engine';
import { timeAt } from '../runners/long';
import { RivalGraphRunner } from '../runners/rival-graph';
import type { ModelRunner } from '../runners/run';
import { countGpuCalls, gpuAdapter } from './gpu';
import { loadSessions } from './load';

type Loaded = Awaited<ReturnType<typeof loadSessions>>;

const loaded = new Map<string, Promise<Loaded>>();
const runners = new Map<string, ModelRunner>();

/** Rows of one model and form share their sessions, so that memory is spent once. */
function sessionsOf({ model, form, threads }: Row): Promise<Loaded> {
  const key = `${model} ${form} ${threads}`;
  const known = loaded.get(key) ?? loadSessions(model, { form, threads });
  loaded.set(key, known);
  return known;
}

async function open(row: Row): Promise<ModelRunner> {
  // Without isolation the runtime would silently take one.
  if (row.threads > 1 && !crossOriginIsolated) throw new Error('threads need an isolated page');
  const { manifest, ort, sessions } = await sessionsOf(row);
  if (row.runner !== 'rival-graph') return engineRunner(manifest, { ort, sessions }, row);
  const graph = await fetch(new URL(`rival/${row.model}/onnx/model.onnx`, location.href));
  const session: OrtSession = await ort.InferenceSession.create(
    new Uint8Array(await graph.arrayBuffer()),
    { executionProviders: ['wasm'], logSeverityLevel: 3 },
  );
  return new RivalGraphRunner(manifest, ort, session);
}

function runnerOf(id: string): ModelRunner {
  const found = runners.get(id);
  if (!found) throw new Error(`the row "${id}" is not open`);
  return found;
}

const lab = {
  /** Loads a row; its files stay loaded. */
  async open(row: Row): Promise<void> {
    if (!runners.has(row.id)) runners.set(row.id, await open(row));
  },
  write(id: string, job: Job): Promise<Sample> {
    return runnerOf(id).write(job);
  },
  async logits(id: string, tokens: number[]): Promise<number[]> {
    return [...((await runnerOf(id).logits?.(Int32Array.from(tokens))) ?? [])];
  },
  /** Milliseconds per token of one sequence at a length, through the quiet graphs; see `timeAt`. */
  async timeAt(row: Row, place: { length: number; batch: number }): Promise<number> {
    const { manifest, ort, sessions } = await sessionsOf({ ...row, form: 'quiet' });
    return timeAt(manifest, { ort, sessions }, row.tokensPerRun, place);
  },
  /** The best time of `runs` products of a row and a `rows × columns` matrix, in milliseconds. */
  async matvec(rows: number, columns: number, runs: number): Promise<number> {
    const ort = await loadRuntime('wasm');
    const session = await ort.InferenceSession.create(matvecModel(rows, columns), {
      executionProviders: ['wasm'],
      logSeverityLevel: 3,
    });
    const x = new ort.Tensor('float32', new Float32Array(rows).fill(1), [1, rows]);
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs; run++) {
      const started = performance.now();
      const { y } = await session.run({ x });
      best = Math.min(best, performance.now() - started);
      if (Math.abs((y?.data[0] as number) - 1) > 1e-3) throw new Error('the product is wrong');
    }
    await session.release();
    return best;
  },
  gpuAdapter,
  countGpuCalls,
  /** The version of ONNX Runtime. */
  async version(): Promise<string> {
    const { versions } = (await loadRuntime('wasm')).env;
    return versions.web ?? versions.common;
  },
};

export type EngineLab = typeof lab;
Object.assign(self, { lab });
