import type { FlatRival } from '@/lib/draw/cache-lane';
import { cacheData, globalRowsAt, surpriseData } from '@/lib/draw/from-trace';
import { tokenKind } from '@/lib/draw/token-strip';
import { placeOf } from '@/lib/model/layout';
import { cutThreshold, softmax } from '@/lib/model/softmax';
import { globalWeights, localWeights } from '@/lib/trace/heads';
import { leftOutByMass, leftOutOfGlobalRow } from '@/lib/trace/map-view';
import { type Cell, shortest } from './csv';
import { blockText, type PanelName, positionName, positionText, type Shown } from './shown';

/** A column of an export: its name, and what its values are. */
export interface Column {
  name: string;
  about: string;
}

/** The numbers that a panel shows. */
export interface ExportTable {
  columns: Column[];
  rows: Cell[][];
}

/** A map in full, up to the cursor, or only the row that belongs to the cursor (what its table shows). */
export type Part = 'all' | 'row';

/**
 * The numbers of a panel at the cursor, each as it was recorded: a float32 as the shortest decimal that reads back the same.
 * Null where the panel has no numbers there, such as the local map of a prompt block.
 */
export function tableOf(panel: PanelName, shown: Shown, part: Part = 'all'): ExportTable | null {
  switch (panel) {
    case 'global':
      return globalTable(shown, part);
    case 'local':
      return localTable(shown);
    case 'context':
      return contextTable(shown);
    case 'next':
      return nextTable(shown);
    case 'cache':
      return cacheTable(shown);
    case 'axis':
      return axisTable(shown);
  }
}

const LEFT_OUT: Column = {
  name: 'left_out',
  about: 'the view in force leaves this weight out of the picture',
};

function globalTable(shown: Shown, part: Part): ExportTable | null {
  const { trace, cursor, global, view } = shown;
  const known = globalRowsAt(trace, cursor);
  if (known === 0) return null;
  const texts = Array.from({ length: known }, (_, block) => blockText(shown, block));
  const rows: Cell[][] = [];
  for (let row = part === 'row' ? known - 1 : 0; row < known; row++) {
    const weights = globalWeights(trace, row, global);
    const leftOut = leftOutOfGlobalRow(weights, view);
    weights.forEach((weight, key) => {
      const cells: Cell[] = [row, texts[row] ?? '', key, texts[key] ?? ''];
      rows.push([...cells, shortest(weight), leftOut[key] === 1]);
    });
  }
  return {
    columns: [
      { name: 'query_block', about: 'the block that looked back, from 0' },
      { name: 'query_text', about: 'its text' },
      { name: 'key_block', about: 'the block that was looked at; later ones are masked' },
      { name: 'key_text', about: 'its text' },
      { name: 'weight', about: 'attention weight after softmax, 0 to 1' },
      LEFT_OUT,
    ],
    rows,
  };
}

function localTable(shown: Shown): ExportTable | null {
  const { trace, cursor, local, view } = shown;
  const place = placeOf(cursor, trace.dims);
  const map = localWeights(trace, place.block, local);
  if (!map) return null;
  const side = trace.localSide;
  const { prefixLength } = trace.dims;
  const rows: Cell[][] = [];
  for (let row = 0; row <= place.localRow; row++) {
    const weights = map.subarray(row * side, row * side + row + 1);
    const leftOut = leftOutByMass(weights, view.mass);
    weights.forEach((weight, key) => {
      rows.push([
        positionName(shown, row),
        positionText(shown, row),
        positionName(shown, key),
        positionText(shown, key),
        shortest(weight),
        row < prefixLength - 1 ? null : row - prefixLength + 1,
        leftOut[key] === 1,
      ]);
    });
  }
  return {
    columns: [
      { name: 'query', about: 'the position that looked back: a prefix or a slot of the block' },
      { name: 'query_text', about: 'its token; a prefix has none' },
      { name: 'key', about: 'the position that was looked at; later ones are masked' },
      { name: 'key_text', about: 'its token; a prefix has none' },
      { name: 'weight', about: 'attention weight after softmax, 0 to 1' },
      { name: 'predicts_slot', about: 'the slot that this row chose; empty where it chose none' },
      LEFT_OUT,
    ],
    rows,
  };
}

function contextTable({ trace, cursor }: Shown): ExportTable | null {
  const { block, globalRow } = placeOf(cursor, trace.dims);
  const context = trace.context(globalRow);
  if (!context) return null;
  const rows: Cell[][] = [];
  const add = (name: string, values: Float32Array) =>
    values.forEach((value, i) => {
      rows.push([name, i, shortest(value)]);
    });
  add(`context ${globalRow}`, context);
  const prefixes = trace.prefixes(block);
  const { width, prefixLength } = trace.dims;
  for (let i = 0; prefixes && i < prefixLength; i++) {
    add(`prefix ${i}`, prefixes.subarray(i * width, (i + 1) * width));
  }
  return {
    columns: [
      { name: 'vector', about: 'the context embedding of the block before, or a prefix' },
      { name: 'index', about: 'place in the vector, from 0' },
      { name: 'value', about: 'the number there' },
    ],
    rows,
  };
}

function nextTable({ trace, cursor, text }: Shown): ExportTable | null {
  const { block, slot } = placeOf(cursor, trace.dims);
  const logits = trace.logits(block, slot);
  if (!logits) return null;
  const { sampling, model } = trace.header;
  const probabilities = softmax(logits, sampling.temperature);
  const banned = sampling.ignoreEnd ? [model.padId, model.endId] : [model.padId];
  const threshold = cutThreshold(logits, { ...sampling, banned });
  const order = Array.from(probabilities.keys());
  order.sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b);
  const picked = trace.tokens[cursor];
  return {
    columns: [
      { name: 'id', about: 'vocabulary entry' },
      { name: 'text', about: 'its text' },
      { name: 'logit', about: 'before temperature, bans and cut' },
      {
        name: 'probability',
        about: `softmax(logits / ${sampling.temperature === 0 ? 'T), T to 0' : `${sampling.temperature})`} over all entries, before any cut`,
      },
      { name: 'kept', about: 'the sampling cut and the bans leave it in' },
      { name: 'picked', about: 'the token that was drawn' },
    ],
    rows: order.map((id) => {
      const logit = logits[id] ?? 0;
      const kept = !banned.includes(id) && logit >= threshold;
      return [id, text(id), shortest(logit), probabilities[id] ?? 0, kept, id === picked];
    }),
  };
}

const TOKEN_COLUMNS: Column[] = [
  { name: 'token', about: 'place in the padded sequence, from 0' },
  { name: 'block', about: 'its block' },
  { name: 'slot', about: 'its slot in the block' },
  { name: 'text', about: 'its text' },
];

const CACHE_COLUMNS: Column[] = [
  { name: 'global_bytes', about: 'held by the block decoder while the token is chosen' },
  { name: 'local_bytes', about: 'held by the token decoder, derived; 0 for prompt tokens' },
  { name: 'flat_same_size_bytes', about: 'what a flat transformer of the same size would hold' },
  {
    name: 'flat_same_loss_bytes',
    about: 'what the flat transformer of the same loss would hold; empty where none is known',
  },
];

/** The columns and a row for every token up to the cursor. */
function perToken(
  { trace, cursor, text }: Shown,
  more: Column[],
  cells: (token: number) => Cell[],
): ExportTable {
  const rows = Array.from({ length: cursor + 1 }, (_, token): Cell[] => {
    const { block, slot } = placeOf(token, trace.dims);
    return [token, block, slot, text(trace.tokens[token] ?? 0), ...cells(token)];
  });
  return { columns: [...TOKEN_COLUMNS, ...more], rows };
}

function cacheCells({ trace, cursor, allocated }: Shown): (token: number) => Cell[] {
  const cache = cacheData(trace, cursor, allocated);
  const flat = (match: FlatRival['match'], token: number) =>
    cache.flat.find((rival) => rival.match === match)?.held(token) ?? null;
  return (token) => [
    cache.globalHeld(token),
    cache.localHeld(token),
    flat('same size', token),
    flat('same loss', token),
  ];
}

function cacheTable(shown: Shown): ExportTable {
  const cells = cacheCells(shown);
  const { allocated } = shown;
  const more: Column[] = [
    ...CACHE_COLUMNS,
    { name: 'allocated_bytes', about: 'sizes of the live buffers; empty where not known' },
  ];
  return perToken(shown, more, (token) => [...cells(token), allocated]);
}

function axisTable(shown: Shown): ExportTable {
  const { trace, cursor, global } = shown;
  const cells = cacheCells(shown);
  const surprise = surpriseData(trace, cursor, Number.POSITIVE_INFINITY);
  const known = globalRowsAt(trace, cursor);
  const weights = known > 0 ? globalWeights(trace, known - 1, global) : null;
  const from = known - 1;
  const more: Column[] = [
    { name: 'kind', about: 'pad, prompt, written or discarded' },
    { name: 'surprise_bits', about: '−log2 softmax(logits) at T = 1; empty where not measured' },
    {
      name: 'attention',
      about:
        weights === null
          ? 'attention of the block before the cursor’s; there is none yet'
          : `attention of block ${from} on the token’s block`,
    },
    ...CACHE_COLUMNS,
  ];
  return perToken(shown, more, (token) => {
    const bits = surprise.bits(token);
    const weight = weights?.[placeOf(token, trace.dims).block];
    return [
      tokenKind(token, trace, trace.dims.blockLength),
      Number.isNaN(bits) ? null : shortest(bits),
      weight === undefined ? null : shortest(weight),
      ...cells(token),
    ];
  });
}
