import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { drawnLabel } from '@/lib/draw/labels';
import { DEFAULT_MODEL } from '@/lib/model/catalog';
import { parseManifest } from '@/lib/model/parse-manifest';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { readTrace } from '@/lib/trace/file';
import { recordedPath } from '@/lib/trace/recorded';
import { MODELS } from '@/scripts/models';

/** The shipped recorded run: 3 prompt blocks and 16 written ones of a trained model. */
export const trace = readTrace(
  gunzipSync(readFileSync(path.join(MODELS, '..', recordedPath(DEFAULT_MODEL)))),
);

const folder = path.join(MODELS, DEFAULT_MODEL);
const { tokenizer: entry } = parseManifest(
  readFileSync(path.join(folder, 'manifest.json'), 'utf8'),
);
export const tokenizer = loadTokenizer(
  JSON.parse(readFileSync(path.join(folder, entry.file), 'utf8')),
  entry,
);

/** A token of the run as it is drawn. */
export const label = (token: number): string =>
  drawnLabel(tokenizer.label(trace.tokens[token] ?? 0));

/** The tokens of a block of the run, joined. */
export const blockLabel = (block: number): string => {
  const L = trace.dims.blockLength;
  return Array.from({ length: L }, (_, slot) => label(block * L + slot)).join('');
};
