import { beginRecorded } from '../instrument/begin-recorded';
import type { PageTools } from '../page-context';
import { followLinks } from '../share/follow-links';

/** Opens the run in the page's address; without one the page begins with the recorded run and the model. */
export function beginExplore(tools: PageTools, gone: AbortSignal): void {
  followLinks(tools, gone, { otherwise: () => beginRecorded(tools) });
}
