import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Bundle, type BundleReader, GRAPHS, readBundle, readManifest } from './bundle';
import { EngineError } from './errors';

/**
 * Reads a bundle from a folder, checking size and SHA-256 of every file used.
 * Throws `EngineError` (`model-missing`, `model-damaged`) or `ModelError` (`model-damaged`, `model-version`).
 */
export async function loadBundleFromDisk(
  folder: string,
  graphs: readonly string[] = GRAPHS.wasm,
): Promise<Bundle> {
  const model = path.basename(folder);
  const read: BundleReader = async (file) => {
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
  return readBundle(await readManifest(read), graphs, read);
}
