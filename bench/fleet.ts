import type { Worker } from 'playwright-core';
import type { Job } from '@/lib/engine/quiet-job';
import type { Manifest } from '@/lib/model/manifest';
import type { BenchBrowser } from './browser';
import type { ModelId, Row } from './lib/rows';
import type { Sample } from './lib/sample';
import type { Native } from './native';
import type { EngineLab } from './page/engine-worker';
import type { RivalLab } from './page/rival-worker';
import type { ModelRunner } from './runners/run';

/** A bundle on disk. */
export interface Model {
  folder: string;
  manifest: Manifest;
}

/** Opens rows wherever they run, and runs jobs on them. Only one thing is ever under way. */
export class Fleet {
  private readonly native = new Map<string, ModelRunner>();
  private readonly opened = new Set<string>();

  constructor(
    readonly models: ReadonlyMap<ModelId, Model>,
    private readonly browser: BenchBrowser,
    private readonly node: Native | null,
  ) {}

  /** Loads a row. Throws with the reason when it cannot run here. */
  async open(row: Row): Promise<void> {
    if (this.opened.has(row.id)) return;
    const { folder } = this.model(row.model);
    if (row.runner === 'node') {
      if (!this.node) throw new Error('onnxruntime-node is not installed');
      this.native.set(row.id, await this.node.open(folder, row));
    } else if (row.runner === 'transformers.js')
      await this.rival(row.threads, 'open', row.model, row.threads);
    else await this.engine(row.threads, 'open', row);
    this.opened.add(row.id);
  }

  /** Runs a job on an open row. */
  async write(row: Row, job: Job): Promise<Sample> {
    const native = this.native.get(row.id);
    if (native) return native.write(job);
    if (row.runner !== 'transformers.js') return this.engine(row.threads, 'write', row.id, job);
    const { vocabulary } = this.model(row.model).manifest.dims;
    return this.rival(row.threads, 'write', row.model, vocabulary, job);
  }

  /** Logits behind every token of a prompt, from an open row in the browser. */
  async logits(row: Row, tokens: number[]): Promise<number[]> {
    return row.runner === 'transformers.js'
      ? this.rival(row.threads, 'logits', row.model, tokens)
      : this.engine(row.threads, 'logits', row.id, tokens);
  }

  /** Calls a method of the engine's worker. */
  async engine<K extends keyof EngineLab>(
    threads: number,
    method: K,
    ...args: Parameters<EngineLab[K]>
  ): Promise<Awaited<ReturnType<EngineLab[K]>>> {
    const worker = await this.browser.worker('engine-worker', threads);
    return (await ask(worker, method, args)) as Awaited<ReturnType<EngineLab[K]>>;
  }

  /** Calls a method of the worker of transformers.js. */
  async rival<K extends keyof RivalLab>(
    threads: number,
    method: K,
    ...args: Parameters<RivalLab[K]>
  ): Promise<Awaited<ReturnType<RivalLab[K]>>> {
    const worker = await this.browser.worker('rival-worker', threads);
    return (await ask(worker, method, args)) as Awaited<ReturnType<RivalLab[K]>>;
  }

  /** Throws when it is not there. */
  model(id: ModelId): Model {
    const found = this.models.get(id);
    if (!found) throw new Error(`the model ${id} is not there`);
    return found;
  }
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

function ask(worker: Worker, method: string, args: unknown[]): Promise<unknown> {
  return worker.evaluate(
    ([name, given]) => (self as unknown as { lab: Methods }).lab[name]?.(...given),
    [method, args] as const,
  );
}
