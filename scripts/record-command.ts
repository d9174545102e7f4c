import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { DEFAULT_MODEL } from '@/lib/model/catalog';
import { layoutPrompt } from '@/lib/model/layout';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { DEFAULT_LENGTH, DEFAULT_PROMPT, DEFAULT_SAMPLING } from '@/lib/store/request-slice';
import { writeTrace } from '@/lib/trace/file';
import { recordedPath } from '@/lib/trace/recorded';
import { type CommandContext, parseFlags } from './command-line';
import { modelFolder } from './models';
import { GRAPHS, writeInBlocks } from './writing';

export const USAGE = 'record [--out FILE]';

const FLAGS = { out: 'text' } as const;

/** What `record` prints. */
export interface RecordReport {
  model: string;
  /** What was written, without the prompt. */
  text: string;
  tokens: number;
  /** Of the file, packed. */
  bytes: number;
}

/**
 * `record`: writes the run that the page shows before its model is there, with the page's own prompt, length and sampling.
 *
 * @throws UsageError for an unknown flag or a missing model; EngineError or ModelError when the bundle is damaged.
 */
export async function record(
  argv: readonly string[],
  { models, progress }: CommandContext,
): Promise<RecordReport> {
  const { out } = parseFlags(argv, FLAGS);
  const model = DEFAULT_MODEL;
  const bundle = await loadBundleFromDisk(await modelFolder(models, model), GRAPHS.block);
  const { dims, tokenizer: special } = bundle.manifest;
  const tokenizer = loadTokenizer(bundle.tokenizerJson, special);
  const { trace } = await writeInBlocks({
    bundle,
    prompt: DEFAULT_PROMPT,
    layout: layoutPrompt(tokenizer.encode(DEFAULT_PROMPT), dims, special.padId),
    count: DEFAULT_LENGTH,
    sampling: DEFAULT_SAMPLING,
    provenance: 'recorded',
    progress,
  });
  const packed = await promisify(gzip)(writeTrace(trace, { compact: true }), { level: 9 });
  const file = out ?? path.join(models, '..', recordedPath(model));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, packed);
  progress(`Wrote ${path.relative('.', file)}`);
  return {
    model,
    text: tokenizer.decode(trace.generated),
    tokens: trace.generated.length,
    bytes: packed.length,
  };
}
