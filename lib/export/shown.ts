import { placeOf } from '@/lib/model/layout';
import { choiceName, type HeadChoice } from '@/lib/trace/heads';
import type { MapView } from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';

/** The panels whose content can leave the page. */
export const PANELS = ['global', 'local', 'context', 'next', 'cache', 'axis'] as const;
export type PanelName = (typeof PANELS)[number];

/** The panels by the names that they have on the page. */
export const PANEL_TITLES: Record<PanelName, string> = {
  global: 'Global attention',
  local: 'Local attention',
  context: 'Context and prefixes',
  next: 'Next token',
  cache: 'KV cache',
  axis: 'Over time',
};

/** What is on the screen: all that an export is made from. */
export interface Shown {
  trace: Trace;
  cursor: number;
  global: HeadChoice;
  local: HeadChoice;
  view: MapView;
  /** The text of a vocabulary entry as it is: spaces and line breaks are themselves. */
  text(id: number): string;
  /** The drawn label of a vocabulary entry: spaces and line breaks are visible. */
  label(id: number): string;
  /** Bytes of the engine's live buffers, or null where they are not known. */
  allocated: number | null;
}

/** The layers and heads that a panel shows, in words; null where it shows none. */
export function headName(panel: PanelName, { trace, global, local }: Shown): string | null {
  const { blockLayers, tokenLayers, heads } = trace.dims;
  if (panel === 'local') return choiceName(local, tokenLayers, heads);
  return panel === 'global' || panel === 'axis' ? choiceName(global, blockLayers, heads) : null;
}

/** The head choice that a panel shows, and its decoder; null where it shows none. */
export function headChoice(
  panel: PanelName,
  { global, local }: Shown,
): { decoder: 'block' | 'token'; choice: HeadChoice } | null {
  if (panel === 'local') return { decoder: 'token', choice: local };
  return panel === 'global' || panel === 'axis' ? { decoder: 'block', choice: global } : null;
}

/** The texts of the tokens of `block`, joined. */
export function blockText({ trace, text }: Shown, block: number): string {
  const { blockLength } = trace.dims;
  const ids = trace.tokens.subarray(block * blockLength, (block + 1) * blockLength);
  return Array.from(ids, text).join('');
}

/** The drawn labels of the tokens of `block`, joined. */
export function blockLabels({ trace, label }: Shown, block: number): string {
  const { blockLength } = trace.dims;
  const ids = trace.tokens.subarray(block * blockLength, (block + 1) * blockLength);
  return Array.from(ids, label).join('');
}

/** What a position of the local map of `block` stands for: a prefix, or a slot. */
export function positionName({ trace }: Shown, position: number): string {
  const { prefixLength } = trace.dims;
  return position < prefixLength ? `prefix ${position}` : `slot ${position - prefixLength}`;
}

/** The text at a position of the local map of the block at the cursor; none for a prefix. */
export function positionText({ trace, cursor, text }: Shown, position: number): string | null {
  const { blockLength, prefixLength } = trace.dims;
  if (position < prefixLength) return null;
  const { block } = placeOf(cursor, trace.dims);
  return text(trace.tokens[block * blockLength + position - prefixLength] ?? 0);
}
