import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateBlocks } from '@/lib/engine/generate';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { BlockEngine } from '@/lib/engine/session';
import { bytesPerGlobalPosition, flatBytes, localPeakBytes } from '@/lib/model/cost';
import { layoutPrompt, roomLeft } from '@/lib/model/layout';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { writeTrace } from '@/lib/trace/file';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import type { Sampling } from '@/lib/trace/types';
import {
  type CommandContext,
  type Flags,
  parseFlags,
  parseNumber,
  required,
  UsageError,
  wholeNumber,
} from './command-line';
import { modelFolder } from './models';

export const USAGE =
  'generate --model ID --prompt TEXT --tokens N [--seed S (42)] [--temperature T (0.8; 0 is greedy)] ' +
  '[--top-k K (off)] [--top-p P (off)] [--ignore-eot] [--trace FILE] --json';

const FLAGS = {
  model: 'text',
  prompt: 'text',
  tokens: 'text',
  seed: 'text',
  temperature: 'text',
  'top-k': 'text',
  'top-p': 'text',
  'ignore-eot': 'switch',
  trace: 'text',
  json: 'switch',
} as const;

/** What `generate` prints. */
export interface GenerateReport {
  model: string;
  /** Ids without pads. */
  promptTokens: number[];
  /** Ids, end-of-text included if it was drawn. */
  generatedTokens: number[];
  /** What was generated, without the prompt. */
  text: string;
  /** All blocks, the padded one included. */
  blocks: number;
  kv: { globalBytes: number; localBytes: number; flatBytes: number };
  timing: {
    loadMs: number;
    prefillMs: number;
    firstTokenMs: number;
    decodeMs: number;
    tokensPerSecond: number;
  };
}

/**
 * `generate`: writes text with a model and reports it.
 *
 * @throws UsageError or InputError on bad input; EngineError or ModelError when the bundle is damaged.
 */
export async function generate(
  argv: readonly string[],
  { models, progress }: CommandContext,
): Promise<GenerateReport> {
  const flags = parseFlags(argv, FLAGS);
  const model = required(flags, 'model');
  const prompt = required(flags, 'prompt');
  const count = parseNumber(
    'tokens',
    required(flags, 'tokens'),
    wholeNumber(1, Number.MAX_SAFE_INTEGER),
  );
  const sampling = samplingOf(flags);
  if (flags.trace !== undefined) await checkWritable(flags.trace);
  const folder = await modelFolder(models, model);

  const loading = performance.now();
  const bundle = await loadBundleFromDisk(folder);
  const { dims, tokenizer: special, weights } = bundle.manifest;
  const tokenizer = loadTokenizer(bundle.tokenizerJson, special);
  const promptTokens = tokenizer.encode(prompt);
  const layout = layoutPrompt(promptTokens, dims, special.padId);
  const room = roomLeft(layout.tokens.length, dims);
  if (count > room) {
    throw new UsageError(
      `${layout.pads} pads, ${promptTokens.length} prompt tokens and ${count} new ones exceed the context of ` +
        `${dims.contextLength} tokens; --tokens can be at most ${room} with this prompt.`,
    );
  }
  // Not before: bad input is answered with one line alone.
  progress(`Loading ${model}`);
  const engine = await BlockEngine.create(bundle);
  const loadMs = performance.now() - loading;

  const recorder = new TraceRecorder(
    {
      format: 'blockscope-trace',
      version: 1,
      model: {
        id: bundle.manifest.id,
        architecture: 'block',
        dims,
        weightsSha256: weights.sha256,
        padId: special.padId,
        endId: special.endId,
      },
      prompt,
      sampling,
      backend: 'wasm',
      provenance: 'measured',
      created: new Date().toISOString(),
    },
    layout,
  );
  const timing = await record(engine, recorder, layout.tokens, count, sampling, progress);
  await engine.dispose();

  const { trace } = recorder;
  if (flags.trace !== undefined) {
    await writeFile(flags.trace, writeTrace(trace));
    progress(`Wrote ${flags.trace}`);
  }
  const generated = trace.generated;
  return {
    model,
    promptTokens: Array.from(promptTokens),
    generatedTokens: Array.from(generated),
    text: tokenizer.decode(generated),
    blocks: trace.blocks,
    kv: cacheOf(trace, promptTokens.length),
    timing: { loadMs, ...timing, tokensPerSecond: (generated.length * 1000) / timing.decodeMs },
  };
}

/** The block just written is not embedded yet, and the last token not fed back: hence one less of each. */
function cacheOf(trace: Trace, promptTokens: number): GenerateReport['kv'] {
  return {
    globalBytes: (trace.blocks - 1) * bytesPerGlobalPosition(trace.dims),
    localBytes: localPeakBytes(trace.dims),
    flatBytes: flatBytes(promptTokens + trace.generated.length - 1, trace.dims),
  };
}

async function record(
  engine: BlockEngine,
  recorder: TraceRecorder,
  tokens: Int32Array,
  maxTokens: number,
  sampling: Sampling,
  progress: CommandContext['progress'],
): Promise<{ prefillMs: number; firstTokenMs: number; decodeMs: number }> {
  const started = performance.now();
  let prefillMs = 0;
  let firstTokenMs = 0;
  for await (const event of generateBlocks(engine, { tokens, maxTokens, sampling })) {
    if (event.type === 'prefill') {
      prefillMs = performance.now() - started;
      recorder.appendPrefill(event.result);
      progress(`Read the prompt in ${prefillMs.toFixed(1)} ms`);
    } else {
      firstTokenMs ||= performance.now() - started;
      recorder.appendStep(event.result);
      if (event.end) recorder.finish(event.end.reason, event.end.length);
    }
  }
  const decodeMs = performance.now() - started - prefillMs;
  progress(`Wrote ${recorder.trace.generated.length} tokens in ${decodeMs.toFixed(1)} ms`);
  return { prefillMs, firstTokenMs, decodeMs };
}

function samplingOf(flags: Flags<typeof FLAGS>): Sampling {
  const number = (name: 'seed' | 'temperature' | 'top-p', standard: string, rule: NumberRuleOf) =>
    parseNumber(name, flags[name] ?? standard, rule);
  return {
    seed: number('seed', '42', wholeNumber(0, 0xffff_ffff)),
    temperature: number('temperature', '0.8', {
      // Below, the scaled logits would reach the −1e9 that stands for "never".
      accepts: (value) => value === 0 || (value >= 0.01 && value <= 100),
      rule: '0, or from 0.01 to 100',
    }),
    topK:
      flags['top-k'] === undefined
        ? null
        : parseNumber('top-k', flags['top-k'], wholeNumber(1, 128)),
    topP: number('top-p', '1', {
      accepts: (value) => value > 0 && value <= 1,
      rule: 'above 0 and at most 1',
    }),
    ignoreEnd: flags['ignore-eot'],
  };
}

type NumberRuleOf = Parameters<typeof parseNumber>[2];

/** Found out before the model runs, not after. */
async function checkWritable(file: string): Promise<void> {
  const folder = await stat(path.dirname(path.resolve(file))).catch(() => null);
  if (!folder?.isDirectory()) throw new UsageError(`--trace: there is no folder for "${file}".`);
  const target = await stat(file).catch(() => null);
  if (target && !target.isFile()) throw new UsageError(`--trace: "${file}" is not a file.`);
}
