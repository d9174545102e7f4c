import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ModelFacts } from './bundles';
import type { Inside } from './inside';
import { BUCKETS, FINEST, type WindowSums } from './sums';
import type { Text } from './texts';

/** Raised when what is measured changes, so that nothing measured the old way is kept. */
export const METHOD = 1;

/** What was measured on one model, as it is kept between reports. */
export interface Measured {
  method: number;
  model: string;
  weightsSha256: string;
  tokenizerSha256: string;
  /** By text. */
  scores: Record<string, { sha256: string; windows: WindowSums[] }>;
  /** Block models only, with the texts that the sample was taken from. */
  inside: { texts: string[]; result: Inside } | null;
}

const windowSums = z.object({
  document: z.number().int(),
  tokens: z.number().int(),
  bytes: z.number().int(),
  slots: z.array(z.number()).length(FINEST),
  positions: z.array(z.number()).length(BUCKETS.length),
});

const measured = z.object({
  method: z.literal(METHOD),
  model: z.string(),
  weightsSha256: z.string(),
  tokenizerSha256: z.string(),
  scores: z.record(z.string(), z.object({ sha256: z.string(), windows: z.array(windowSums) })),
  // Written by this program alone; METHOD guards its form.
  inside: z.object({ texts: z.array(z.string()), result: z.custom<Inside>() }).nullable(),
});

/** Nothing measured yet. */
export function nothingMeasured({ id, weightsSha256, tokenizerSha256 }: ModelFacts): Measured {
  return { method: METHOD, model: id, weightsSha256, tokenizerSha256, scores: {}, inside: null };
}

/** What may be kept of an earlier measurement: all of it if weights and tokenizer are the same, else nothing. */
export function keptFor(facts: ModelFacts, earlier: Measured | null): Measured {
  const same =
    earlier !== null &&
    earlier.weightsSha256 === facts.weightsSha256 &&
    earlier.tokenizerSha256 === facts.tokenizerSha256;
  return same ? earlier : nothingMeasured(facts);
}

/** The windows kept for a text, or null when it was not scored or has changed. */
export function keptScore(
  { scores }: Measured,
  { name, sha256 }: Pick<Text, 'name' | 'sha256'>,
): WindowSums[] | null {
  const score = Object.hasOwn(scores, name) ? scores[name] : undefined;
  return score?.sha256 === sha256 ? score.windows : null;
}

/** The kept look inside, or null when it was taken on other texts. */
export function keptInside({ inside }: Measured, texts: readonly Text[]): Inside | null {
  const same = inside !== null && inside.texts.join() === texts.map((t) => t.sha256).join();
  return same ? inside.result : null;
}

const fileOf = (folder: string, id: string) => path.join(folder, 'sums', `${id}.json`);

/** Reads what was measured on a model; null when there is nothing, or nothing of this method. */
export async function readMeasured(folder: string, id: string): Promise<Measured | null> {
  const json = await readFile(fileOf(folder, id), 'utf8').catch(() => null);
  if (json === null) return null;
  try {
    const parsed = measured.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export async function writeMeasured(folder: string, value: Measured): Promise<void> {
  const file = fileOf(folder, value.model);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(value)}\n`);
}
