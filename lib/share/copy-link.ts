import { copyText, NO_CLIPBOARD } from '@/lib/export/hand-over';
import type { HandedOn } from '@/lib/store/share-slice';
import type { AppState } from '@/lib/store/store';
import { LinkError, writeLink } from './link';
import { sharedRun } from './shared-run';

/** Characters of an address that mail and chat programs still pass on whole. */
export const LONGEST_LINK = 4000;

/**
 * Copies a link to the run on the screen and to the view of it. Never rejects: what went wrong is in the outcome.
 *
 * @param page the address that opens links, without a fragment
 */
export async function copyLink(state: AppState, page: string): Promise<HandedOn> {
  try {
    const link = `${page}#${await writeLink(sharedRun(state))}`;
    const length = `${link.length.toLocaleString('en')} characters`;
    if (link.length > LONGEST_LINK) {
      return {
        done: false,
        tooLong: true,
        sentence: `This run is too long for a link: it would have ${length}, and many programs cut links of more than ${LONGEST_LINK.toLocaleString('en')}.`,
        text: null,
      };
    }
    if (!(await copyText(link))) return { done: false, sentence: NO_CLIPBOARD, text: link };
    return { done: true, sentence: `Link copied: ${length}`, text: null };
  } catch (error) {
    const known = error instanceof LinkError;
    const sentence = known ? error.message : `The link could not be made: ${String(error)}`;
    return { done: false, sentence, text: null };
  }
}
