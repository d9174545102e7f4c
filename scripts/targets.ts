import { readFile } from 'node:fs/promises';
import { BatchScorer } from '@/lib/engine/batch';
import type { Bundle } from '@/lib/engine/bundle';
import type { Tokenizer } from '@/lib/model/tokenizer';
import { UsageError } from './command-line';
import { layoutWindows } from './scoring';

/** Windows that share a run; more would only cost memory. */
const BATCH = 8;

/** A scored token. */
export interface Target {
  /** Index of its window. */
  window: number;
  /** Its place in the window, 1 or more. */
  position: number;
  slot: number;
  token: number;
  /** What it was predicted from; valid only during the call. */
  logits: Float32Array;
}

/** Calls `onTarget` for every target of every window, in no order to rely on; `bundle` was read with the `scoringGraphs`. */
export async function scoreTargets(
  bundle: Bundle,
  windows: readonly Int32Array[],
  onTarget: (target: Target) => void,
  progress: (done: number, all: number) => void,
): Promise<void> {
  const { dims, tokenizer } = bundle.manifest;
  const { blockLength, vocabulary } = dims;
  // Of similar lengths together, so that little is padded.
  const order = [...windows.entries()].sort(([, a], [, b]) => a.length - b.length);
  const scorer = await BatchScorer.create(bundle);
  for (let start = 0; start < order.length; start += BATCH) {
    const batch = order.slice(start, start + BATCH);
    const rows = layoutWindows(
      batch.map(([, window]) => window),
      dims,
      tokenizer.padId,
    );
    for await (const { block, logits } of scorer.score(rows)) {
      for (const [sequence, [window]] of batch.entries()) {
        for (let slot = 0; slot < blockLength; slot += 1) {
          const place = block * blockLength + slot;
          const token = rows[sequence]?.[place] ?? tokenizer.padId;
          if (token === tokenizer.padId) continue;
          const from = (sequence * blockLength + slot) * vocabulary;
          // `blockLength - 1` pads stand before the window.
          const position = place - (blockLength - 1);
          const own = logits.subarray(from, from + vocabulary);
          onTarget({ window, position, slot, token, logits: own });
        }
      }
    }
    progress(Math.min(start + BATCH, order.length), order.length);
  }
  await scorer.dispose();
}

/** The ids of a document, end-of-text last. */
export function closedIds(text: string, tokenizer: Tokenizer): Int32Array {
  const ids = tokenizer.encode(text);
  const closed = new Int32Array(ids.length + 1).fill(tokenizer.endId);
  closed.set(ids);
  return closed;
}

/** Reads a UTF-8 text. @throws UsageError when it is missing, cannot be read, or is no UTF-8. */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`;
    throw new UsageError(`"${file}" ${why}.`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`"${file}" is not UTF-8 text.`);
  }
}
