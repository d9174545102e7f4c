import { type HeadChoice, sameChoice } from '@/lib/trace/heads';

/** One row of the grid of heads: single heads, then what combines them. */
export interface HeadsRow {
  kind: 'layer' | 'all';
  heads: HeadChoice[];
  combined: HeadChoice[];
}

/**
 * The heads of a decoder in rows of one layer, or, with a `value` for each head, from the largest value to the smallest; the
 * mean and maximum of each layer, and in the last row of all layers. Heads without a value come last; equal ones keep their
 * order.
 */
export function arrangeHeads(
  layers: number,
  heads: number,
  value: ((layer: number, head: number) => number | null) | null,
): HeadsRow[] {
  const all = Array.from({ length: layers * heads }, (_, i) => ({
    layer: Math.floor(i / heads),
    head: i % heads,
  }));
  if (value) {
    const of = ({ layer, head }: (typeof all)[number]) =>
      value(layer, head) ?? Number.NEGATIVE_INFINITY;
    all.sort((a, b) => of(b) - of(a) || 0);
  }
  const rows = Array.from(
    { length: layers },
    (_, layer): HeadsRow => ({
      kind: 'layer',
      heads: all.slice(layer * heads, (layer + 1) * heads),
      combined: [
        { layer, head: 'mean' },
        { layer, head: 'max' },
      ],
    }),
  );
  rows.push({
    kind: 'all',
    heads: [],
    combined: [
      { layer: 'all', head: 'mean' },
      { layer: 'all', head: 'max' },
    ],
  });
  return rows;
}

/** The choice that an arrow key leads to from `from`; null for other keys and at the grid's edge. */
export function neighbour(
  rows: readonly HeadsRow[],
  from: HeadChoice,
  key: string,
): HeadChoice | null {
  const lines = rows.map((row) => [...row.heads, ...row.combined]);
  const y = lines.findIndex((line) => line.some((choice) => sameChoice(choice, from)));
  const line = lines[y];
  if (!line) return null;
  const x = line.findIndex((choice) => sameChoice(choice, from));
  if (key === 'ArrowLeft') return line[x - 1] ?? null;
  if (key === 'ArrowRight') return line[x + 1] ?? null;
  const other = lines[key === 'ArrowUp' ? y - 1 : key === 'ArrowDown' ? y + 1 : -1];
  if (!other) return null;
  // Rows end together at the right: the last one has no single heads.
  const wanted = x - (line.length - other.length);
  return other[Math.min(other.length - 1, Math.max(0, wanted))] ?? null;
}
