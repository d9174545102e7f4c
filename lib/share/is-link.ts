/** What stands behind the `#` of an address, before the run itself. */
export const MARK = 'run=';

/** Whether a fragment, with or without its `#`, says that it holds a run. */
export function isLink(fragment: string): boolean {
  return bare(fragment).startsWith(MARK);
}

/** A fragment without its `#`. */
export function bare(fragment: string): string {
  return fragment.startsWith('#') ? fragment.slice(1) : fragment;
}
