import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readBundle, readManifest } from '@/lib/engine/bundle';
import { diskReader } from '@/lib/engine/node';
import { bytesPerGlobalPosition, flatBytes, localPeakBytes } from '@/lib/model/cost';
import { layoutPrompt, roomLeft } from '@/lib/model/layout';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { writeTrace } from '@/lib/trace/file';
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
import { GRAPHS, writeFlat, writeInBlocks } from './writing';

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
  /** All blocks, the padded one included; positions (one a token) of a flat model. */
  blocks: number;
  /** `globalBytes` is what the model holds; of a flat model that is `flatBytes`, and `localBytes` is 0. */
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
  const read = diskReader(folder);
  const manifest = await readManifest(read);
  const { architecture, dims, tokenizer: special } = manifest;
  if (architecture === 'flat' && flags.trace !== undefined) {
    throw new UsageError(`--trace writes block models only, and "${model}" is a flat one.`);
  }
  const bundle = await readBundle(manifest, GRAPHS[architecture], read);
  const tokenizer = loadTokenizer(bundle.tokenizerJson, special);
  const promptTokens = tokenizer.encode(prompt);
  const layout = layoutPrompt(promptTokens, dims, special.padId);
  const room = roomLeft(layout.tokens.length, dims);
  if (count > room) {
    const pads = architecture === 'flat' ? '' : `${layout.pads} pads, `;
    throw new UsageError(
      `${pads}${promptTokens.length} prompt tokens and ${count} new ones exceed the context of ` +
        `${dims.contextLength} tokens; --tokens can be at most ${room} with this prompt.`,
    );
  }
  // Not before: bad input is answered with one line alone.
  progress(`Loading ${model}`);
  const job = { bundle, prompt, layout, count, sampling, progress };
  const written = architecture === 'flat' ? await writeFlat(job) : await writeInBlocks(job);
  const { generated, blocks, trace, loaded, prefillMs, firstTokenMs, decodeMs } = written;
  if (flags.trace !== undefined && trace) {
    await writeFile(flags.trace, writeTrace(trace));
    progress(`Wrote ${flags.trace}`);
  }
  const tokensPerSecond = (generated.length * 1000) / decodeMs;
  return {
    model,
    promptTokens: Array.from(promptTokens),
    generatedTokens: Array.from(generated),
    text: tokenizer.decode(generated),
    blocks,
    // The block just written is not embedded yet, and the last token not fed back: hence one less of each.
    kv: {
      globalBytes: (blocks - 1) * bytesPerGlobalPosition(dims),
      localBytes: localPeakBytes(dims),
      flatBytes: flatBytes(promptTokens.length + generated.length - 1, dims),
    },
    timing: { loadMs: loaded - loading, prefillMs, firstTokenMs, decodeMs, tokensPerSecond },
  };
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
