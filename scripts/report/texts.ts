import { createHash } from 'node:crypto';
import path from 'node:path';
import { UsageError } from '../command-line';
import { splitDocuments } from '../scoring';
import { readText } from '../targets';

/** A held-out text. */
export interface Text {
  /** The file's name without its endings. */
  name: string;
  sha256: string;
  documents: string[];
}

/** Reads the texts to score. @throws UsageError for a file that is missing, no UTF-8, without documents, or named twice. */
export async function readTexts(files: readonly string[]): Promise<Text[]> {
  const texts = await Promise.all(files.map(readDocuments));
  const names = texts.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`Two texts are called "${twice}"; rename one.`);
  return texts;
}

async function readDocuments(file: string): Promise<Text> {
  const text = await readText(file);
  const documents = splitDocuments(text);
  if (documents.length === 0) throw new UsageError(`"${file}" holds no document.`);
  return {
    name: path.basename(file).replace(/(\.validation)?\.[^.]*$/, ''),
    sha256: createHash('sha256').update(text).digest('hex'),
    documents,
  };
}
