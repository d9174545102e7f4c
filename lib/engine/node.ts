import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '@/lib/model/manifest';
import { type Bundle, type BundleReader, graphsOf, readBundle, readManifest } from './bundle';
import { EngineError } from './errors';

/** A reader of the bundle in `folder`. */
export function diskReader(folder: string): BundleReader {
  const model = path.basename(folder);
  return async (file) => {
    try {
      return new Uint8Array(await readFile(path.join(folder, file)));
    } catch (cause) {
      throw new EngineError(
        {
          code: 'model-missing',
          message: `The model "${model}" could not be loaded: ${file} cannot be read.`,
          recovery: 'none',
        },
        { cause },
      );
    }
  };
}

/** Graphs by name, or a choice among those of an architecture. */
export type GraphChoice =
  | readonly string[]
  | ((architecture: Manifest['architecture']) => readonly string[]);

/**
 * Reads a bundle from a folder, checking size and SHA-256 of every file used; without `graphs` those for WASM.
 * Throws `EngineError` (`model-missing`, `model-damaged`) or `ModelError` (`model-damaged`, `model-version`).
 */
export async function loadBundleFromDisk(
  folder: string,
  graphs: GraphChoice = (architecture) => graphsOf(architecture, 'wasm'),
): Promise<Bundle> {
  const read = diskReader(folder);
  const manifest = await readManifest(read);
  const names = typeof graphs === 'function' ? graphs(manifest.architecture) : graphs;
  return readBundle(manifest, names, read);
}
