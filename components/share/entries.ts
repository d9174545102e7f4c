import type { CommandId } from '@/lib/commands/commands';

/** The entries of the menu "Share", group by group. */
export const SHARE_ENTRIES: readonly (readonly CommandId[])[] = [
  ['copy-link', 'embed'],
  ['save-file', 'open-file'],
  ['bookmark', 'bookmarks', 'present'],
];
