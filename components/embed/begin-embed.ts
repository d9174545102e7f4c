import { readEmbedAddress } from '@/lib/share/embed-address';
import { showRecordedRun } from '../instrument/begin-recorded';
import type { PageTools } from '../page-context';
import { followLinks } from '../share/follow-links';
import { openTrace } from './open-trace';

/**
 * Opens the run in the frame's address, or the trace file that it names. Without both it shows the recorded run. But for a link
 * no model is loaded before it is asked for: a page may have many frames.
 */
export function beginEmbed(tools: PageTools, gone: AbortSignal): void {
  const { store } = tools;
  const { panel, trace, notices } = readEmbedAddress(window.location.search, document.baseURI);
  store.getState().setNotices([...store.getState().notices, ...notices]);
  followLinks(tools, gone, {
    otherwise: () => void (trace ? openTrace(tools, trace) : showRecordedRun(tools.session)),
    // A frame takes no screen of its own accord, and one panel has no room for a station over it.
    part: (view) => ({
      ...view,
      fullPanel: null,
      ...(panel === null ? {} : { station: null, arithmetic: null }),
    }),
  });
}
