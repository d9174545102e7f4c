import { scoringGraphs } from '@/lib/engine/batch';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { UsageError } from '../command-line';
import type { Entrant } from './bundles';
import { lookInside, sampleOf } from './inside';
import { scoreDocuments, windowsOf } from './score';
import {
  keptFor,
  keptInside,
  keptScore,
  type Measured,
  nothingMeasured,
  readMeasured,
  writeMeasured,
} from './store';
import type { Text } from './texts';

export interface MeasureOptions {
  /** The report's folder, which holds what was measured before. */
  out: string;
  /** Measure everything anew. */
  fresh: boolean;
  progress(line: string): void;
}

/**
 * Scores a model on every text, and looks inside if it is a block model of the main tokenizer. What was measured before with the
 * same weights and texts is kept; what is new is written at once.
 *
 * @throws UsageError for a text without targets; EngineError or ModelError for a damaged bundle.
 */
export async function measure(
  { folder, facts, main }: Entrant,
  texts: readonly Text[],
  { out, fresh, progress }: MeasureOptions,
): Promise<Measured> {
  const held = fresh ? nothingMeasured(facts) : keptFor(facts, await readMeasured(out, facts.id));
  const looks = main && facts.architecture === 'block';
  const inside = looks ? keptInside(held, texts) : null;
  const kept = texts.flatMap((text) => {
    const windows = keptScore(held, text);
    return windows ? [[text.name, { sha256: text.sha256, windows }] as const] : [];
  });
  const measured: Measured = {
    ...nothingMeasured(facts),
    scores: Object.fromEntries(kept),
    inside: inside && { texts: texts.map((text) => text.sha256), result: inside },
  };
  let bundle: Awaited<ReturnType<typeof loadBundleFromDisk>> | null = null;
  const load = async () => {
    bundle ??= await loadBundleFromDisk(folder, looks ? undefined : scoringGraphs);
    return bundle;
  };
  for (const text of texts) {
    if (measured.scores[text.name]) {
      progress(`${facts.id}: kept the scores on ${text.name}; --fresh takes them anew`);
      continue;
    }
    const windows = await scoreDocuments(await load(), text.documents, (done, all) =>
      progress(`${facts.id}: scored ${done} of ${all} windows of ${text.name}`),
    );
    if (windows.length === 0)
      throw new UsageError(
        `The text "${text.name}" holds nothing to score: no document has two tokens.`,
      );
    measured.scores[text.name] = { sha256: text.sha256, windows };
    await writeMeasured(out, measured);
  }
  if (inside) progress(`${facts.id}: kept the look inside`);
  else if (looks) {
    const { manifest, tokenizerJson } = await load();
    const tokenizer = loadTokenizer(tokenizerJson, manifest.tokenizer);
    const sample = texts.flatMap(({ documents }) =>
      sampleOf(windowsOf(documents, tokenizer, facts.contextLength)),
    );
    const result = await lookInside(await load(), sample, (done, all) =>
      progress(`${facts.id}: looked into ${done} of ${all} windows`),
    );
    measured.inside = { texts: texts.map((text) => text.sha256), result };
    await writeMeasured(out, measured);
  }
  return measured;
}
