import type { Entrant, ModelFacts } from '@/scripts/report/bundles';
import { METHOD, type Measured } from '@/scripts/report/store';
import { addTarget, newWindow, type WindowSums } from '@/scripts/report/sums';

/** A made-up model; what a test does not name is the same for all. */
export function facts(id: string, more: Partial<ModelFacts> = {}): ModelFacts {
  return {
    id,
    architecture: 'block',
    blockLength: 4,
    prefixLength: 2,
    blockLayers: 3,
    tokenLayers: 3,
    width: 256,
    heads: 8,
    contextLength: 1024,
    vocabulary: 4096,
    parameters: 7_000_000,
    decoderParameters: 4_000_000,
    tokensSeen: 1_000_000,
    weightsSha256: `weights of ${id}`,
    tokenizerSha256: 'tokenizer',
    ...more,
  };
}

export const flat = (id: string, more: Partial<ModelFacts> = {}) =>
  facts(id, { architecture: 'flat', blockLength: 1, prefixLength: 0, tokenLayers: 0, ...more });

/** Windows of the given lengths, each a document; `nats` says what a target costs. One byte a target. */
export function windows(
  lengths: readonly number[],
  nats: (position: number, document: number) => number,
): WindowSums[] {
  return lengths.map((tokens, document) => {
    const sums = newWindow(document, tokens);
    for (let position = 1; position < tokens; position += 1)
      addTarget(sums, position, nats(position, document), 1);
    return sums;
  });
}

/** A model that takes part, with what was measured on texts. */
export function scored(
  model: ModelFacts,
  texts: Record<string, WindowSums[]>,
): { entrant: Entrant; measured: Measured } {
  return {
    entrant: { folder: '', facts: model, main: true },
    measured: {
      method: METHOD,
      model: model.id,
      weightsSha256: model.weightsSha256,
      tokenizerSha256: model.tokenizerSha256,
      scores: Object.fromEntries(
        Object.entries(texts).map(([name, sums]) => [name, { sha256: name, windows: sums }]),
      ),
      inside: null,
    },
  };
}
