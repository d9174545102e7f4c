import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Manifest } from '@/lib/model/manifest';
import { parseManifest } from '@/lib/model/parse-manifest';
import { UsageError } from '../command-line';
import { FINEST } from './sums';
import { decoderParameters } from './weights';

/** What a report says of a model before it scores it. */
export interface ModelFacts {
  id: string;
  architecture: Manifest['architecture'];
  /** 1 for a flat model. */
  blockLength: number;
  prefixLength: number;
  blockLayers: number;
  tokenLayers: number;
  width: number;
  heads: number;
  contextLength: number;
  vocabulary: number;
  parameters: number;
  decoderParameters: number;
  tokensSeen: number;
  weightsSha256: string;
  tokenizerSha256: string;
}

/** A bundle that takes part. `main`: it has the main tokenizer, and so is scored on every text. */
export interface Entrant {
  folder: string;
  facts: ModelFacts;
  main: boolean;
}

/**
 * Every bundle of a folder, block models by block length first, then flat models by size. The tokenizer of the largest
 * vocabulary is the main one; models with another are scored on the first text only, and compared among themselves.
 *
 * @throws UsageError when there is none; ModelError for a damaged manifest.
 */
export async function readEntrants(
  models: string,
  progress: (line: string) => void,
): Promise<Entrant[]> {
  const names = (await readdir(models).catch(() => [])).sort();
  const found: Omit<Entrant, 'main'>[] = [];
  for (const name of names) {
    const folder = path.join(models, name);
    const json = await readFile(path.join(folder, 'manifest.json'), 'utf8').catch(() => null);
    if (json === null) continue;
    const facts = factsOf(parseManifest(json));
    if (FINEST % facts.blockLength === 0) found.push({ folder, facts });
    else
      progress(`${name} is left out: its block length ${facts.blockLength} divides no ${FINEST}`);
  }
  if (found.length === 0) throw new UsageError(`There is no model in "${models}".`);
  const largest = found.reduce((a, b) => (b.facts.vocabulary > a.facts.vocabulary ? b : a));
  const order = ({ facts }: { facts: ModelFacts }) =>
    facts.architecture === 'block' ? facts.blockLength : 1000 + facts.decoderParameters;
  return found
    .map((one) => ({
      ...one,
      main: one.facts.tokenizerSha256 === largest.facts.tokenizerSha256,
    }))
    .sort((a, b) => order(a) - order(b) || a.facts.width - b.facts.width);
}

function factsOf(manifest: Manifest): ModelFacts {
  const { dims } = manifest;
  return {
    id: manifest.id,
    architecture: manifest.architecture,
    blockLength: dims.blockLength,
    prefixLength: dims.prefixLength,
    blockLayers: dims.blockLayers,
    tokenLayers: dims.tokenLayers,
    width: dims.width,
    heads: dims.heads,
    contextLength: dims.contextLength,
    vocabulary: dims.vocabulary,
    parameters: manifest.parameters,
    decoderParameters: decoderParameters(manifest.weights),
    tokensSeen: manifest.training.tokensSeen,
    weightsSha256: manifest.weights.sha256,
    tokenizerSha256: manifest.tokenizer.sha256,
  };
}
