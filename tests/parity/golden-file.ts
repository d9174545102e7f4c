import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One prompt and its greedy continuation, as PyTorch computed it in one pass without a cache. */
export interface GoldenCase {
  name: string;
  prompt: string;
  pads: number;
  /** Prompt ids, pads first. */
  tokens: number[];
  /** Ids written, block after block. */
  picks: number[];
  /** Arrays by name; `training/blockscope_training/golden.py` gives their shapes. */
  arrays: Map<string, Float32Array>;
}

export interface Golden {
  weightsSha256: string;
  cases: GoldenCase[];
}

interface Index {
  weightsSha256: string;
  file: string;
  sha256: string;
  cases: (Omit<GoldenCase, 'arrays'> & {
    arrays: { name: string; offset: number; length: number }[];
  })[];
}

/** Reads the golden vectors of `model`. Throws when their file is not the one that the index names. */
export function readGolden(model: string): Golden {
  const folder = path.join(import.meta.dirname, '../golden', model);
  const index: Index = JSON.parse(readFileSync(path.join(folder, 'golden.json'), 'utf8'));
  const bytes = new Uint8Array(readFileSync(path.join(folder, index.file)));
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== index.sha256) throw new Error(`${index.file} of ${model} is damaged`);
  return {
    weightsSha256: index.weightsSha256,
    cases: index.cases.map(({ arrays, ...rest }) => ({
      ...rest,
      arrays: new Map(
        arrays.map(({ name, offset, length }) => [
          name,
          new Float32Array(bytes.buffer, offset, length),
        ]),
      ),
    })),
  };
}
