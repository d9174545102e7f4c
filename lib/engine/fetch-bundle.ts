import { BLOCK_MODELS } from '@/lib/model/catalog';
import type { BundleReader } from './bundle';
import { EngineError } from './errors';

export interface FetchOptions {
  /** Aborts it (`AbortError`). */
  signal?: AbortSignal;
  /** The models that whoever asks can run, for the sentence on one that is not there; block models if not said. */
  offered?: readonly string[];
}

/**
 * A reader of `baseUrl` + file over HTTP with progress by bytes.
 * Throws `EngineError` `model-missing` when the server has no such file or cannot be reached.
 */
export function fetchReader(
  model: string,
  baseUrl: string,
  { signal, offered = BLOCK_MODELS }: FetchOptions = {},
): BundleReader {
  return async (file, { onBytes, expectedBytes, fresh } = {}) => {
    let response: Response;
    try {
      response = await fetch(new URL(file, baseUrl), {
        signal: signal ?? null,
        cache: fresh ? 'reload' : 'default',
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw missing(
        model,
        `${file} could not be fetched; check the connection and try again`,
        cause,
      );
    }
    if (response.status === 404 && file === 'manifest.json')
      throw missing(model, `there is none of that name here, only ${offered.join(', ')}`);
    if (!response.ok || !response.body)
      throw missing(model, `the server answered ${response.status} for ${file}`);
    // With Content-Encoding the Content-Length header counts compressed bytes, so the manifest's size is used.
    const chunks: Uint8Array[] = [];
    let length = 0;
    const reader = response.body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        chunks.push(value);
        length += value.byteLength;
        onBytes?.(expectedBytes === undefined ? length : Math.min(length, expectedBytes));
      }
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw missing(model, `the connection broke while reading ${file}; try again`, cause);
    }
    const bytes = new Uint8Array(length);
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return bytes;
  };
}

function missing(model: string, reason: string, cause?: unknown): EngineError {
  return new EngineError(
    {
      code: 'model-missing',
      message: `The model "${model}" could not be loaded: ${reason}.`,
      recovery: 'retry',
    },
    { cause },
  );
}
