import { scoringGraphs } from '@/lib/engine/batch';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { type CommandContext, parseFlags, required, UsageError } from './command-line';
import { modelFolder } from './models';
import { ScoreSum, scoringWindows, splitDocuments, windowLength } from './scoring';
import { closedIds, readText, scoreTargets } from './targets';

export const USAGE = 'evaluate --model ID --text FILE --json';

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
  const windows = documents.flatMap((text) =>
    scoringWindows(closedIds(text, tokenizer), windowLength(dims.contextLength)),
  );
  if (windows.every((window) => tokenizer.byteLength(window.subarray(1)) === 0)) {
    throw new UsageError(`"${file}" holds nothing to score: every document is a single token.`);
  }

  const sum = new ScoreSum(dims.blockLength);
  await scoreTargets(
    bundle,
    windows,
    ({ slot, logits, token }) => sum.add(slot, logits, token, tokenizer.bytesOf(token).length),
    (done, all) => progress(`Scored ${done} of ${all} windows`),
  );
  return { model, documents: documents.length, ...sum.report() };
}
