import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { graphsOf } from '@/lib/engine/bundle';
import type { Sessions } from '@/lib/engine/cpu-graphs';
import type { OrtModule, OrtSession } from '@/lib/engine/runtime';
import type { Manifest } from '@/lib/model/manifest';
import { parseManifest } from '@/lib/model/parse-manifest';
import type { Row } from './lib/rows';
import { engineRunner } from './runners/engine';
import type { ModelRunner } from './runners/run';

/** This project's engine on onnxruntime-node: the same classes, the same graphs, native kernels. */
export class Native {
  private constructor(private readonly ort: OrtModule) {}

  /** Loads the package that the bench alone installs. */
  static async load(): Promise<Native> {
    const ort = await import('onnxruntime-node');
    return new Native(ort as unknown as OrtModule);
  }

  get version(): string {
    return this.ort.env.versions.node ?? this.ort.env.versions.common;
  }

  /** A row on one thread; the weights are read from the bundle's folder by the runtime itself. */
  async open(folder: string, row: Row): Promise<ModelRunner> {
    const manifest: Manifest = parseManifest(
      await readFile(path.join(folder, 'manifest.json'), 'utf8'),
    );
    const sessions: Record<string, OrtSession> = {};
    for (const name of graphsOf(
      manifest.architecture,
      row.form === 'quiet' ? 'wasm-quiet' : 'wasm',
    )) {
      const graph = manifest.graphs[name];
      if (graph && !name.endsWith('-cut'))
        sessions[name] = await this.ort.InferenceSession.create(path.join(folder, graph.file), {
          executionProviders: ['cpu'],
          intraOpNumThreads: row.threads,
          interOpNumThreads: 1,
          logSeverityLevel: 3,
        });
    }
    return engineRunner(manifest, { ort: this.ort, sessions: sessions satisfies Sessions }, row);
  }
}
