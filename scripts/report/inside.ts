import type { Bundle } from '@/lib/engine/bundle';
import { BlockEngine } from '@/lib/engine/session';
import { loadTokenizer } from '@/lib/model/tokenizer';
import type { Sampling } from '@/lib/trace/types';
import { layoutWindows } from '../scoring';
import { CosineTable } from './nearest';
import { type PrefixExample, type PrefixTally, readPrefixes, tallyPrefixes } from './prefixes';
import type { Window } from './score';
import {
  addLocalBlock,
  addSinkRow,
  type LocalSums,
  newLocal,
  newSink,
  type SinkSums,
} from './shares';
import { readTensor } from './weights';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: false };

/** Prefixes of one block in so many are looked up in the vocabulary; each costs a pass over the whole table. */
const LOOKUP_STRIDE = 4;

/** What a fixed sample shows of a block model's attention and prefixes. */
export interface Inside {
  windows: number;
  tokens: number;
  /** Rows of the sample laid out as for scoring: block 0 holds `L_B − 1` pads and one token. */
  padded: SinkSums;
  /** The same tokens without pads: block 0 holds text alone. */
  unpadded: SinkSums;
  local: LocalSums;
  /** As `local`, the mean over layers and heads, one entry a window, for standard errors. */
  localByWindow: { targets: number[]; shares: number[][] }[];
  prefixes: PrefixTally;
  examples: PrefixExample[];
}

/** Runs a sample through a block model, every token forced, and keeps sums of what it attends to. */
export async function lookInside(
  bundle: Bundle,
  windows: readonly Window[],
  progress: (done: number, all: number) => void,
): Promise<Inside> {
  const { dims, tokenizer: special, weights } = bundle.manifest;
  const tokenizer = loadTokenizer(bundle.tokenizerJson, special);
  const table = readTensor(bundle.weights, weights.tensors, 'token_table.weight');
  const vocabulary = new CosineTable(table.values, dims.width);
  const engine = await BlockEngine.create(bundle);
  const padded = newSink(dims);
  const unpadded = newSink(dims);
  const localByWindow: Inside['localByWindow'] = [];
  const local = newLocal(dims);
  const readings = [];
  for (const [index, { ids }] of windows.entries()) {
    const [row = new Int32Array(0)] = layoutWindows([ids], dims, special.padId);
    const own = newLocal(dims);
    const blocks = row.length / dims.blockLength;
    const blockAt = (block: number) =>
      row.subarray(block * dims.blockLength, (block + 1) * dims.blockLength);
    const looked = [];
    await engine.prefill(new Int32Array(0));
    for (let block = 1; block < blocks; block += 1) {
      const target = blockAt(block);
      const result = await engine.step(blockAt(block - 1), { sampling: GREEDY, forced: target });
      addSinkRow(padded, block - 1, (i, key) => result.globalAttention[i * block + key] ?? 0);
      addLocalBlock(own, result, dims, (slot) => target[slot] !== special.padId);
      const whole = ![...blockAt(block - 1), ...target].includes(special.padId);
      if (whole && block % LOOKUP_STRIDE === 0) {
        const prefixes = readPrefixes(result.prefixes, dims, vocabulary);
        looked.push({ block, current: [...blockAt(block - 1)], next: [...target], prefixes });
      }
    }
    readings.push(looked);
    merge(local, own);
    localByWindow.push(meanOverHeads(own));
    await addUnpadded(engine, ids, unpadded);
    progress(index + 1, windows.length);
  }
  await engine.dispose();
  return {
    windows: windows.length,
    tokens: windows.reduce((sum, { ids }) => sum + ids.length, 0),
    padded: rounded(padded),
    unpadded: rounded(unpadded),
    local: rounded(local),
    localByWindow: rounded(localByWindow),
    ...tallyPrefixes(readings, tokenizer),
  };
}

async function addUnpadded(engine: BlockEngine, ids: Int32Array, sums: SinkSums): Promise<void> {
  const { blockLength } = engine.dims;
  const { blocks, globalAttention } = await engine.prefill(
    ids.subarray(0, ids.length - (ids.length % blockLength)),
  );
  for (let row = 1; row < blocks; row += 1) {
    addSinkRow(sums, row, (i, key) => globalAttention[(i * blocks + row) * blocks + key] ?? 0);
  }
}

function merge(into: LocalSums, from: LocalSums): void {
  into.targets = into.targets.map((value, slot) => value + (from.targets[slot] ?? 0));
  into.heads.forEach((head, i) => {
    head.shares = head.shares.map((keys, slot) =>
      keys.map((value, key) => value + (from.heads[i]?.shares[slot]?.[key] ?? 0)),
    );
  });
}

/** A window's sums with the layers and heads averaged. */
function meanOverHeads({ targets, heads }: LocalSums): Inside['localByWindow'][number] {
  const shares = targets.map((_, slot) =>
    (heads[0]?.shares[slot] ?? []).map(
      (_, key) =>
        heads.reduce((sum, head) => sum + (head.shares[slot]?.[key] ?? 0), 0) / heads.length,
    ),
  );
  return { targets, shares };
}

/** Numbers of a nested structure rounded to the fifth decimal. */
function rounded<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, item) =>
      typeof item === 'number' ? Math.round(item * 1e5) / 1e5 : item,
    ),
  );
}

/** How many windows of a text with few documents are looked into, and how many documents of one with many. */
const FEW = 8;
const MANY = 40;

/**
 * The fixed sample of a text: the first windows of its first 40 documents; where it has fewer documents, eight of its windows,
 * evenly spread.
 */
export function sampleOf(windows: readonly Window[]): Window[] {
  const firsts = windows.filter(({ document }, i) => windows[i - 1]?.document !== document);
  if (firsts.length >= MANY) return firsts.slice(0, MANY);
  const count = Math.min(FEW, windows.length);
  return Array.from(
    { length: count },
    (_, i) => windows[Math.floor((i * windows.length) / count)] as Window,
  );
}
