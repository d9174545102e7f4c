import type { EngineInfo } from '@/lib/engine/types';
import { isModelId } from '@/lib/model/catalog';
import { ModelError } from '@/lib/model/errors';
import type { Manifest } from '@/lib/model/manifest';
import { parseManifest } from '@/lib/model/parse-manifest';
import { loadTokenizer, type Tokenizer } from '@/lib/model/tokenizer';
import { TraceFileError } from '@/lib/trace/file';
import type { Trace } from '@/lib/trace/trace';

/** What of a model it takes to read a run of it. */
type Reader = Pick<EngineInfo, 'manifest' | 'tokenizer'>;

/** Longer ids are no folder's name. */
const LONGEST_ID = 64;

/**
 * The tokenizer that a run's ids were made with: that of the loaded model, or of the bundle that the run names. A file says by
 * whom it was written, but anyone can write a file; so the ids must fit the vocabulary and the prompt's give its text.
 *
 * @param loaded the model that is loaded, if there is one
 * @param modelsUrl absolute address of the folder of bundles, with a slash at its end
 * @throws TraceFileError in one sentence, when there is no such model here, or it did not write the run.
 */
export async function tokenizerOf(
  trace: Trace,
  loaded: Reader | null,
  modelsUrl: string,
): Promise<Tokenizer> {
  const { id } = trace.header.model;
  if (!isModelId(id) || id.length > LONGEST_ID) {
    throw new TraceFileError('The trace file is damaged: it names no model.');
  }
  const reader =
    loaded?.manifest.id === id ? loaded : await fetchReader(id, new URL(`${id}/`, modelsUrl));
  checkModel(trace, reader.manifest);
  checkPrompt(trace, reader.tokenizer);
  return reader.tokenizer;
}

async function fetchReader(id: string, folder: URL): Promise<Reader> {
  const manifestJson = await fetchJson(id, new URL('manifest.json', folder));
  try {
    const manifest = parseManifest(manifestJson);
    const { file, ...special } = manifest.tokenizer;
    const tokenizer = loadTokenizer(await fetchJson(id, new URL(file, folder)), special);
    return { manifest, tokenizer };
  } catch (cause) {
    if (cause instanceof ModelError) throw new TraceFileError(cause.message, { cause });
    throw cause;
  }
}

async function fetchJson(id: string, url: URL): Promise<unknown> {
  const failed = (cause: unknown) => {
    const sentence = `The tokenizer of ${id}, which wrote this run, could not be fetched: check the connection and try again.`;
    return new TraceFileError(sentence, { cause });
  };
  const response = await fetch(url).catch((cause: unknown) => {
    throw failed(cause);
  });
  if (response.status === 404) {
    throw new TraceFileError(
      `This run was written by ${id}, a model that this page does not have, so its words cannot be shown.`,
    );
  }
  if (!response.ok) throw failed(response.status);
  return response.json().catch((cause: unknown) => {
    throw failed(cause);
  });
}

/** Two models may share a name. Of the very weights that are here, the shape is known as well. */
function checkModel({ header: { model } }: Trace, manifest: Manifest): void {
  const { dims, tokenizer, weights, architecture } = manifest;
  const special = tokenizer.padId === model.padId && tokenizer.endId === model.endId;
  if (architecture !== 'block' || dims.vocabulary !== model.dims.vocabulary || !special) {
    throw new TraceFileError(
      `This run was written by another ${model.id} than this page has, so its words cannot be shown.`,
    );
  }
  const keys = Object.keys(dims) as (keyof typeof dims)[];
  if (weights.sha256 === model.weightsSha256 && keys.some((key) => dims[key] !== model.dims[key])) {
    throw new TraceFileError(`The trace file is damaged: ${model.id} has other dimensions.`);
  }
}

function checkPrompt({ header, dims, promptBlocks, tokens }: Trace, tokenizer: Tokenizer): void {
  const text = tokenizer.decode(tokens.subarray(0, promptBlocks * dims.blockLength));
  // What has no UTF-8 form went into the tokenizer as U+FFFD.
  if (text !== header.prompt.replace(/\p{Surrogate}/gu, '\ufffd')) {
    throw new TraceFileError(
      `The trace file is damaged, or of another ${header.model.id}: its first tokens are not its prompt.`,
    );
  }
}
