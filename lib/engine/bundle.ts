import type { FileEntry, Manifest } from '@/lib/model/manifest';
import { parseManifest } from '@/lib/model/parse-manifest';
import { sha256Hex } from './digest';
import { EngineError } from './errors';

/** A model's files, each checked against the manifest before anything uses it. */
export interface Bundle {
  manifest: Manifest;
  tokenizerJson: unknown;
  weights: Uint8Array<ArrayBuffer>;
  graphs: Map<string, Uint8Array<ArrayBuffer>>;
}

export interface ReadOptions {
  /** Called with the bytes of this file read so far. */
  onBytes?: (loaded: number) => void;
  /** The true size, when it is known. */
  expectedBytes?: number;
  /** Pass over any cache: what it holds was damaged. */
  fresh?: boolean;
}

/** Reads one file of a bundle, from the network or from disk. Throws `EngineError` `model-missing`. */
export type BundleReader = (
  file: string,
  options?: ReadOptions,
) => Promise<Uint8Array<ArrayBuffer>>;

/** What a bundle is read for; `wasm-quiet` is for measuring: picks and cache, no logits and no attention. */
export type GraphUse = 'wasm' | 'webgpu' | 'wasm-quiet';

const GRAPHS: Record<Manifest['architecture'], Record<GraphUse, readonly string[]>> = {
  block: {
    wasm: ['prefill', 'step', 'step-cut'],
    webgpu: ['prefill', 'gpu-step', 'gpu-step-cut'],
    'wasm-quiet': ['prefill-quiet', 'step-quiet'],
  },
  flat: {
    wasm: ['prefill', 'prefill-quiet', 'step', 'step-cut', 'step-4', 'step-4-cut'],
    webgpu: [
      'prefill',
      'prefill-quiet',
      'gpu-step',
      'gpu-step-cut',
      'gpu-step-4',
      'gpu-step-4-cut',
    ],
    'wasm-quiet': ['prefill-quiet', 'step-quiet', 'step-4-quiet'],
  },
};

/** The graphs that a backend may run. */
export function graphsOf(architecture: Manifest['architecture'], use: GraphUse): readonly string[] {
  return GRAPHS[architecture][use];
}

/** Reads and checks the manifest. Throws `EngineError` `model-missing`, or `ModelError` (`model-damaged`, `model-version`). */
export async function readManifest(read: BundleReader): Promise<Manifest> {
  return parseManifest(new TextDecoder().decode(await read('manifest.json')));
}

/**
 * Reads the tokenizer, the weights and the named graphs, and checks size and SHA-256 of each: a flipped weight byte
 * would load and run without an error. A file that fails is read once more past the cache.
 *
 * `onProgress` gets bytes read and bytes in all. Throws `EngineError` (`model-missing`, `model-damaged`).
 */
export async function readBundle(
  manifest: Manifest,
  graphNames: readonly string[],
  read: BundleReader,
  onProgress?: (loaded: number, total: number) => void,
): Promise<Bundle> {
  const graphEntries = graphNames.map((name) => [name, graphEntry(manifest, name)] as const);
  const entries: FileEntry[] = [
    manifest.tokenizer,
    manifest.weights,
    ...graphEntries.map(([, entry]) => entry),
  ];
  const total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const loaded = new Map<string, number>();
  const report = (file: string, bytes: number) => {
    loaded.set(file, bytes);
    onProgress?.(
      [...loaded.values()].reduce((sum, value) => sum + value, 0),
      total,
    );
  };
  const fetchChecked = (entry: FileEntry) =>
    readChecked(manifest.id, entry, read, (bytes) => report(entry.file, bytes));
  const tokenizerBytes = await fetchChecked(manifest.tokenizer);
  const weights = await fetchChecked(manifest.weights);
  const graphs = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, entry] of graphEntries) graphs.set(name, await fetchChecked(entry));
  return {
    manifest,
    tokenizerJson: JSON.parse(new TextDecoder().decode(tokenizerBytes)),
    weights,
    graphs,
  };
}

/**
 * Reads one more graph of a bundle, checked as by `readBundle`.
 *
 * Throws `EngineError` (`model-missing`, `model-damaged`).
 */
export function readGraph(
  manifest: Manifest,
  name: string,
  read: BundleReader,
): Promise<Uint8Array<ArrayBuffer>> {
  return readChecked(manifest.id, graphEntry(manifest, name), read);
}

function graphEntry(manifest: Manifest, name: string): FileEntry {
  const entry = manifest.graphs[name];
  if (!entry) throw damaged(manifest.id, `its manifest lists no graph "${name}"`);
  return entry;
}

async function readChecked(
  model: string,
  entry: FileEntry,
  read: BundleReader,
  onBytes: (bytes: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const options = { expectedBytes: entry.bytes, onBytes };
  const first = await read(entry.file, options);
  if ((await fault(entry, first)) === null) return first;
  const second = await read(entry.file, { ...options, fresh: true });
  const reason = await fault(entry, second);
  if (reason === null) return second;
  throw damaged(model, reason);
}

async function fault(entry: FileEntry, bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  if (bytes.byteLength !== entry.bytes)
    return `${entry.file} has ${bytes.byteLength} bytes instead of ${entry.bytes}`;
  if ((await sha256Hex(bytes)) !== entry.sha256)
    return `${entry.file} differs from what its manifest promises`;
  return null;
}

function damaged(model: string, reason: string): EngineError {
  return new EngineError({
    code: 'model-damaged',
    message: `The model "${model}" is damaged: ${reason}; load it again, or put the original file back.`,
    recovery: 'retry',
  });
}
