import type { Manifest } from '@/lib/model/manifest';

/** A block length that a dial can be turned to. */
export interface LengthChoice {
  model: string;
  /** L_B of that model. */
  blockLength: number;
  /** Held-out loss in nats a token, on the dial's text; null where the model was not scored on it. */
  loss: number | null;
}

export interface LengthDial {
  /** The shortest blocks first. */
  choices: readonly LengthChoice[];
  /** The text of the losses; null where no model has one. */
  text: string | null;
}

/** The family of a block model, by its id: `nano` of `nano-b4`. Null for other names. */
export function familyOf(model: string): string | null {
  return /^(.+)-b\d+$/.exec(model)?.[1] ?? null;
}

/** The models of `catalog` that are of the family of `model`, and itself. */
export function familyMembers(model: string, catalog: readonly string[]): string[] {
  const family = familyOf(model);
  const others = catalog.filter((id) => id !== model && family !== null && familyOf(id) === family);
  return [model, ...others];
}

/** The models that a list beside a dial names: `model`, and of every other family the first. */
export function listedModels(catalog: readonly string[], model: string): string[] {
  const own = catalog.includes(model) ? familyOf(model) : null;
  const listed = new Map<string, string>();
  for (const id of catalog) {
    const family = familyOf(id);
    if (family === null) listed.set(id, id);
    else if (!listed.has(`${family}-b`)) listed.set(`${family}-b`, family === own ? model : id);
  }
  return [...new Set([...listed.values(), model])];
}

/**
 * The dial of `model`: the block lengths of its family, as `manifests` state them. Losses are of one text, which all were scored on by
 * the same targets. Null where there is nothing to choose.
 */
export function lengthDial(model: string, manifests: readonly Manifest[]): LengthDial | null {
  const own = manifests.find(({ id }) => id === model);
  if (own?.architecture !== 'block') return null;
  const family = manifests.filter(
    ({ id, architecture, tokenizer }) =>
      familyOf(id) === familyOf(model) &&
      architecture === 'block' &&
      tokenizer.sha256 === own.tokenizer.sha256,
  );
  if (new Set(family.map(({ dims }) => dims.blockLength)).size < 2) return null;
  const [score] = own.scores;
  const choices = family.map(({ id, dims, scores }) => ({
    model: id,
    blockLength: dims.blockLength,
    loss: scores.find((other) => score && sameTargets(other, score))?.lossPerToken ?? null,
  }));
  choices.sort((a, b) => a.blockLength - b.blockLength);
  return { choices, text: score?.text ?? null };
}

type Score = Manifest['scores'][number];

/** By the scoring rule all models are scored on the same targets of a text, so their counts tell texts apart, whatever these are called. */
function sameTargets(a: Score, b: Score): boolean {
  return a.documents === b.documents && a.scoredTokens === b.scoredTokens;
}
