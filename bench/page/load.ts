import { type Bundle, graphsOf, readBundle, readManifest } from '@/lib/engine/bundle';
import { loadCpuSessions, type Sessions } from '@/lib/engine/cpu-graphs';
import { fetchReader } from '@/lib/engine/fetch-bundle';
import type { OrtModule } from '@/lib/engine/runtime';
import type { Manifest } from '@/lib/model/manifest';
import type { Row } from '../lib/rows';

/** A bundle of the bench page, with the graphs for one use. */
export async function loadBundle(
  model: string,
  use: Parameters<typeof graphsOf>[1],
): Promise<Bundle> {
  const read = fetchReader(model, new URL(`models/${model}/`, location.href).href);
  const manifest = await readManifest(read);
  return readBundle(manifest, graphsOf(manifest.architecture, use), read);
}

/** A bundle's sessions on the CPU build. */
export async function loadSessions(
  model: string,
  { form, threads }: Pick<Row, 'form' | 'threads'>,
): Promise<{ manifest: Manifest; ort: OrtModule; sessions: Sessions }> {
  const bundle = await loadBundle(model, form === 'quiet' ? 'wasm-quiet' : 'wasm');
  // Nothing here cuts the distribution.
  const names = [...bundle.graphs.keys()].filter((name) => !name.endsWith('-cut'));
  const loaded = await loadCpuSessions(bundle, names, threads);
  return { manifest: bundle.manifest, ...loaded };
}
