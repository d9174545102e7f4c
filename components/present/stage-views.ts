/** What a page has to go through on its stage, one after the other: bookmarks, for instance. */
export interface StageViews {
  /** What one of them is called, such as `bookmark`. */
  kind: string;
  names: readonly string[];
  /** The one that was gone to last; −1 before the first. */
  at: number;
  /** Something else is shown by now. */
  away?: boolean;
  go(index: number): void;
}

/** Where a step through the views leads, or null when there is nothing that way. From elsewhere the way back is to the last one. */
export function stageStep(
  { names, at, away = false }: Pick<StageViews, 'names' | 'at' | 'away'>,
  step: 'next' | 'previous' | 'first' | 'last',
): number | null {
  const last = names.length - 1;
  if (last < 0) return null;
  const to = { first: 0, last, next: at + 1, previous: away ? at : at - 1 }[step];
  return to < 0 || to > last ? null : to;
}

/** The view that was gone to last, in words: `Bookmark 2 of 5: the sink`. */
export function viewWords({ kind, names, at }: Omit<StageViews, 'go'>): string {
  const what = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return `${what} ${at + 1} of ${names.length}: ${names[at] ?? ''}`;
}
