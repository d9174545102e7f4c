import type { Bundle } from '@/lib/engine/bundle';
import { negativeLogLikelihood } from '@/lib/model/softmax';
import { loadTokenizer, type Tokenizer } from '@/lib/model/tokenizer';
import { scoringWindows, windowLength } from '../scoring';
import { closedIds, scoreTargets } from '../targets';
import { addTarget, newWindow, type WindowSums } from './sums';

/** A scoring window and the document that it was cut from. */
export interface Window {
  document: number;
  ids: Int32Array;
}

/** Cuts documents into scoring windows, by the project's rule. */
export function windowsOf(
  documents: readonly string[],
  tokenizer: Tokenizer,
  contextLength: number,
): Window[] {
  return documents.flatMap((text, document) =>
    scoringWindows(closedIds(text, tokenizer), windowLength(contextLength)).map((ids) => ({
      document,
      ids,
    })),
  );
}

/** Scores a model on documents by the project's scoring rule; sums by window, in order, nats rounded to the fifth decimal. */
export async function scoreDocuments(
  bundle: Bundle,
  documents: readonly string[],
  progress: (done: number, all: number) => void,
): Promise<WindowSums[]> {
  const { dims, tokenizer: special } = bundle.manifest;
  const tokenizer = loadTokenizer(bundle.tokenizerJson, special);
  const windows = windowsOf(documents, tokenizer, dims.contextLength);
  const sums = windows.map(({ document, ids }) => newWindow(document, ids.length));
  await scoreTargets(
    bundle,
    windows.map(({ ids }) => ids),
    ({ window, position, token, logits }) => {
      const into = sums[window];
      const nats = negativeLogLikelihood(logits, token);
      if (into) addTarget(into, position, nats, tokenizer.bytesOf(token).length);
    },
    progress,
  );
  for (const window of sums) {
    window.slots = window.slots.map(round);
    window.positions = window.positions.map(round);
  }
  return sums;
}

const round = (nats: number) => Math.round(nats * 1e5) / 1e5;
