import { PANELS, type PanelName } from '@/lib/export/shown';

/** The parts of the instrument that a frame may do without. */
export const EMBED_PARTS = ['prompt', 'cache', 'text', 'step', 'time'] as const;
export type EmbedPart = (typeof EMBED_PARTS)[number];

/** What stands in a frame: one panel, or the instrument without some of its parts. */
export interface EmbedShape {
  panel: PanelName | null;
  hidden: readonly EmbedPart[];
}

/** What the address of a frame asks for, and a sentence for each value that cannot be used. */
export interface EmbedAddress extends EmbedShape {
  /** A trace file of the same site to show; null when none is named. */
  trace: URL | null;
  notices: string[];
}

/**
 * Reads `panel`, `hide` (parts, divided by commas) and `trace` from the query of a page's address.
 *
 * @param base what a relative address of a trace is relative to
 */
export function readEmbedAddress(search: string, base: string): EmbedAddress {
  const parameters = new URLSearchParams(search);
  const notices: string[] = [];
  const asked = parameters.get('panel');
  const panel = PANELS.find((name) => name === asked) ?? null;
  if (asked !== null && panel === null) {
    notices.push(
      `The address asks for panel “${shown(asked)}”, and there are ${PANELS.join(', ')}; all of them are shown.`,
    );
  }
  const names = (parameters.get('hide') ?? '').split(',').filter(Boolean);
  const hidden = EMBED_PARTS.filter((part) => names.includes(part));
  const unknown = names.filter((name) => !EMBED_PARTS.some((part) => part === name));
  if (unknown.length > 0) {
    notices.push(
      `The address hides “${shown(unknown.join(', '))}”, and what can be hidden is ${EMBED_PARTS.join(', ')}.`,
    );
  }
  if (hidden.length === EMBED_PARTS.length) {
    notices.push('The address hides every part; all are shown.');
    return { panel, hidden: [], trace: readTraceAddress(parameters, base, notices), notices };
  }
  return { panel, hidden, trace: readTraceAddress(parameters, base, notices), notices };
}

function readTraceAddress(
  parameters: URLSearchParams,
  base: string,
  notices: string[],
): URL | null {
  const asked = parameters.get('trace');
  if (asked === null) return null;
  const url = URL.canParse(asked, base) ? new URL(asked, base) : null;
  if (url?.origin === new URL(base).origin) return url;
  notices.push(
    `The address asks for the trace file “${shown(asked)}”, which is not on this site; none is shown.`,
  );
  return null;
}

/** The query that `readEmbedAddress` reads, empty or with its question mark. */
export function embedQuery({ panel, hidden }: EmbedShape): string {
  if (panel !== null) return `?panel=${panel}`;
  return hidden.length > 0 ? `?hide=${hidden.join(',')}` : '';
}

/** Pixels that each part needs at least, one below the other, beside the bar on top. */
const LEAST: Readonly<Record<EmbedPart, number>> = {
  prompt: 0,
  cache: 0,
  text: 117,
  step: 338,
  time: 340,
};
const BAR = 53;
const SIDE = 620;

/** The least height of the instrument without its hidden parts; it scrolls in a lower frame. */
export function leastHeight(hidden: readonly EmbedPart[]): number {
  const parts = EMBED_PARTS.filter((part) => !hidden.includes(part));
  const side = parts.includes('prompt') ? SIDE : parts.includes('cache') ? SIDE / 2 : 0;
  return (
    BAR +
    Math.max(
      side,
      parts.reduce((sum, part) => sum + LEAST[part], 0),
    )
  );
}

function shown(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
