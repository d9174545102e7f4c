import { readFile } from 'node:fs/promises';
import { BatchScorer, scoringGraphs } from '@/lib/engine/batch';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { loadTokenizer, type Tokenizer } from '@/lib/model/tokenizer';
import { type CommandContext, parseFlags, required, UsageError } from './command-line';
import { modelFolder } from './models';
import { layoutWindows, ScoreSum, scoringWindows, splitDocuments, windowLength } from './scoring';

export const USAGE = 'evaluate --model ID --text FILE --json';

/** Windows that share a run; more would only cost memory. */
const BATCH = 8;

/** What `evaluate` prints. */
export interface EvaluateReport {
  model: string;
  documents: number;
  scoredTokens: number;
  /** Nats. */
  lossPerToken: number;
  bitsPerByte: number;
  /** Nats, slot 0 first. */
  lossBySlot: number[];
}

/**
 * `evaluate`: scores a model on a text by the project's scoring rule, with the very graphs that write text.
 *
 * @throws UsageError on bad input; EngineError or ModelError when the bundle is damaged.
 */
export async function evaluate(
  argv: readonly string[],
  { models, progress }: CommandContext,
): Promise<EvaluateReport> {
  const flags = parseFlags(argv, { model: 'text', text: 'text', json: 'switch' });
  const model = required(flags, 'model');
  const file = required(flags, 'text');
  const documents = splitDocuments(await readText(file));
  if (documents.length === 0) throw new UsageError(`"${file}" holds no document.`);
  const bundle = await loadBundleFromDisk(await modelFolder(models, model), scoringGraphs);
  const { dims, tokenizer: special } = bundle.manifest;
  const tokenizer = loadTokenizer(bundle.tokenizerJson, special);
  const windows = documents
    .flatMap((text) => scoringWindows(idsOf(text, tokenizer), windowLength(dims.contextLength)))
    // Of similar lengths together, so that little is padded.
    .sort((a, b) => a.length - b.length);
  if (windows.every((window) => tokenizer.byteLength(window.subarray(1)) === 0)) {
    throw new UsageError(`"${file}" holds nothing to score: every document is a single token.`);
  }

  const sum = new ScoreSum(dims.blockLength);
  const scorer = await BatchScorer.create(bundle);
  for (let start = 0; start < windows.length; start += BATCH) {
    const rows = layoutWindows(windows.slice(start, start + BATCH), dims, special.padId);
    for await (const { block, logits } of scorer.score(rows)) {
      rows.forEach((row, sequence) => {
        for (let slot = 0; slot < dims.blockLength; slot += 1) {
          const target = row[block * dims.blockLength + slot] ?? special.padId;
          if (target === special.padId) continue;
          const from = (sequence * dims.blockLength + slot) * dims.vocabulary;
          const scores = logits.subarray(from, from + dims.vocabulary);
          sum.add(slot, scores, target, tokenizer.bytesOf(target).length);
        }
      });
    }
    progress(`Scored ${Math.min(start + BATCH, windows.length)} of ${windows.length} windows`);
  }
  await scorer.dispose();
  return { model, documents: documents.length, ...sum.report() };
}

function idsOf(text: string, tokenizer: Tokenizer): Int32Array {
  const ids = tokenizer.encode(text);
  const closed = new Int32Array(ids.length + 1);
  closed.set(ids);
  closed[ids.length] = tokenizer.endId;
  return closed;
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`;
    throw new UsageError(`"${file}" ${why}.`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`"${file}" is not UTF-8 text.`);
  }
}
