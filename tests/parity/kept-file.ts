import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LiveMethod } from '@/lib/methods-live/types';

/** One method on the common text, as PyTorch ran it with nothing taken out of a cache. */
export interface KeptCase {
  method: LiveMethod;
  /** Arrays by name; `training/blockscope_training/golden_kept.py` gives their shapes. */
  arrays: Map<string, Float32Array>;
}

export interface KeptGolden {
  weightsSha256: string;
  tokens: number[];
  /** How many of them are the prompt. */
  prompt: number;
  cases: KeptCase[];
}

interface Index extends Omit<KeptGolden, 'cases'> {
  file: string;
  sha256: string;
  cases: { method: LiveMethod; arrays: { name: string; offset: number; length: number }[] }[];
}

/** Reads the golden vectors of `model` with a changed cache. Throws when their file is not the one that the index names. */
export function readKept(model: string): KeptGolden {
  const folder = path.join(import.meta.dirname, '../golden', model);
  const index: Index = JSON.parse(readFileSync(path.join(folder, 'kept.json'), 'utf8'));
  const bytes = new Uint8Array(readFileSync(path.join(folder, index.file)));
  if (createHash('sha256').update(bytes).digest('hex') !== index.sha256)
    throw new Error(`${index.file} of ${model} is damaged`);
  const numbers = (offset: number, length: number) =>
    new Float32Array(bytes.buffer, offset, length);
  return {
    ...index,
    cases: index.cases.map(({ method, arrays }) => ({
      method,
      arrays: new Map(
        arrays.map(({ name, offset, length }) => [name, numbers(offset, length)] as const),
      ),
    })),
  };
}
