import { readManifest } from '@/lib/engine/bundle';
import { KeptEngine } from '@/lib/engine/kept-engine';
import { generateKept } from '@/lib/engine/kept-generate';
import { checkKept, KEPT_GRAPHS } from '@/lib/engine/kept-types';
import { diskReader, loadBundleFromDisk } from '@/lib/engine/node';
import { equalRanks } from '@/lib/methods-live/ranks';
import type { LiveMethod } from '@/lib/methods-live/types';
import type { Dims } from '@/lib/model/manifest';
import { negativeLogLikelihood } from '@/lib/model/softmax';
import { loadTokenizer } from '@/lib/model/tokenizer';
import {
  type CommandContext,
  parseFlags,
  parseNumber,
  required,
  UsageError,
  wholeNumber,
} from './command-line';
import { modelFolder } from './models';
import { splitDocuments, windowLength } from './scoring';
import { closedIds, readText } from './targets';

export const USAGE = 'caches --model ID --text FILE [--prompt N] [--documents N] --json';

/** Shares of the prompt's cache that are measured. */
const SHARES = [0.5, 0.25];
/** Scored tokens that one entry of `lossByDistance` stands for. */
const STRETCH = 32;
const GREEDY = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };

/** One method on all documents. */
export interface CacheScore {
  method: LiveMethod;
  /** Of what the full cache holds after the last token, mean of the documents; the scores of Keyformer are counted. */
  heldShare: number;
  /** Nats. */
  lossPerToken: number;
  /** Nats a token more than with the full cache, and its standard error over documents. */
  gap: number;
  gapError: number;
  /** Nats a token in the first, second … 32 scored tokens of each document. */
  lossByDistance: number[];
  /** Median duration of a step. */
  stepMs: number;
}

/** What `caches` prints. */
export interface CachesReport {
  model: string;
  documents: number;
  /** Tokens of each document that are the prompt; those behind it are scored. */
  promptTokens: number;
  scoredTokens: number;
  methods: CacheScore[];
}

/**
 * `caches`: forces documents through a flat model with changed caches and compares its surprise with that of the full one. Only
 * documents with 32 tokens or more behind the prompt are taken, and of these one context each.
 *
 * @throws UsageError on bad input; EngineError or ModelError when the bundle is damaged or has no graphs for it.
 */
export async function caches(
  argv: readonly string[],
  { models, progress }: CommandContext,
): Promise<CachesReport> {
  const flags = parseFlags(argv, {
    model: 'text',
    text: 'text',
    prompt: 'text',
    documents: 'text',
    json: 'switch',
  });
  const file = required(flags, 'text');
  const folder = await modelFolder(models, required(flags, 'model'));
  const manifest = await readManifest(diskReader(folder));
  checkKept(manifest);
  const { dims, id } = manifest;
  const length = windowLength(dims.contextLength);
  const most = length - STRETCH;
  const prompt = parseNumber(
    'prompt',
    flags.prompt ?? String(Math.floor(length / 2)),
    wholeNumber(16, most),
  );
  const limit = parseNumber(
    'documents',
    flags.documents ?? '32',
    wholeNumber(2, Number.MAX_SAFE_INTEGER),
  );
  const bundle = await loadBundleFromDisk(folder, KEPT_GRAPHS);
  const tokenizer = loadTokenizer(bundle.tokenizerJson, manifest.tokenizer);
  const texts = splitDocuments(await readText(file))
    .map((text) => closedIds(text, tokenizer).subarray(0, length))
    .filter((ids) => ids.length >= prompt + STRETCH)
    .slice(0, limit);
  if (texts.length < 2)
    throw new UsageError(
      `"${file}" has fewer than two documents of ${prompt + STRETCH} tokens or more.`,
    );

  const engine = await KeptEngine.create(bundle);
  const found: { method: LiveMethod; runs: Run[] }[] = [];
  for (const method of methodsFor(dims, prompt, length)) {
    const runs: Run[] = [];
    for (const ids of texts) runs.push(await force(engine, method, ids, prompt));
    found.push({ method, runs });
    progress(`${method.id}: ${texts.length} documents`);
  }
  await engine.dispose();
  const full = found[0]?.runs ?? [];
  return {
    model: id,
    documents: texts.length,
    promptTokens: prompt,
    scoredTokens: texts.reduce((sum, ids) => sum + ids.length - prompt, 0),
    methods: found.map(({ method, runs }) => ({ method, ...scoreOf(runs, full) })),
  };
}

/** The full cache first; then every method with a half and a quarter of the prompt's cache. */
export function methodsFor(
  { blockLayers, width }: Dims,
  prompt: number,
  length: number,
): LiveMethod[] {
  const methods = SHARES.map((share): LiveMethod[] => {
    const budget = Math.round(prompt * share);
    const sinks = Math.min(4, Math.floor(budget / 2));
    return [
      { id: 'sliding-window', window: budget },
      { id: 'streaming-llm', sinks, window: budget - sinks },
      { id: 'keyformer', cache: share, recent: 0.3, seed: 1, steps: length - prompt },
      { id: 'prefix-kv', kept: share, start: 1, tail: 25 },
      { id: 'lorc', ranks: equalRanks(blockLayers, Math.max(1, Math.round(width * share))) },
    ];
  });
  return [{ id: 'multi-head' }, ...methods.flat()];
}

/** One method on one document. */
interface Run {
  /** Of each scored token, in nats. */
  losses: number[];
  heldBytes: number;
  ms: number[];
}

async function force(
  engine: KeptEngine,
  method: LiveMethod,
  ids: Int32Array,
  prompt: number,
): Promise<Run> {
  const run: Run = { losses: [], heldBytes: 0, ms: [] };
  const forced = ids.slice(prompt);
  const request = {
    tokens: ids.slice(0, prompt),
    maxTokens: forced.length,
    sampling: GREEDY,
    forced,
    method,
    quiet: true,
  };
  for await (const event of generateKept(engine, request)) {
    if (event.type === 'prefill') continue;
    const { logits, heldBytes, scoreBytes, ms } = event.result;
    run.losses.push(negativeLogLikelihood(logits, forced[run.losses.length] ?? -1));
    run.heldBytes = heldBytes + scoreBytes;
    run.ms.push(ms);
  }
  return run;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function scoreOf(runs: readonly Run[], full: readonly Run[]): Omit<CacheScore, 'method'> {
  // Of each document its mean: documents are independent of each other, tokens are not.
  const gaps = runs.map((run, i) => mean(run.losses) - mean(full[i]?.losses ?? []));
  const center = mean(gaps);
  const variance = gaps.reduce((sum, gap) => sum + (gap - center) ** 2, 0) / (gaps.length - 1);
  const longest = Math.max(...runs.map((run) => run.losses.length));
  const stretches = Array.from({ length: Math.floor(longest / STRETCH) }, (_, i) =>
    mean(runs.flatMap((run) => run.losses.slice(i * STRETCH, (i + 1) * STRETCH))),
  );
  const times = runs.flatMap((run) => run.ms).sort((a, b) => a - b);
  return {
    heldShare: mean(runs.map((run, i) => run.heldBytes / (full[i]?.heldBytes ?? 1))),
    lossPerToken: mean(runs.flatMap((run) => run.losses)),
    gap: center,
    gapError: Math.sqrt(variance / gaps.length),
    lossByDistance: stretches,
    stepMs: times[Math.floor(times.length / 2)] ?? 0,
  };
}
