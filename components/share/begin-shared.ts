import { isLink } from '@/lib/share/is-link';
import { beginRecorded } from '../instrument/begin-recorded';
import type { PageTools } from '../page-context';

const NOT_FETCHED =
  'The link could not be opened, for a part of this page could not be fetched: check the connection and load the page again.';

/**
 * Opens the run that the page's address holds; without one, or when it cannot be opened, the page begins as usual. A link that is
 * followed later on the same page is opened as well, until the page is `gone`.
 */
export function beginShared(tools: PageTools, gone: AbortSignal): void {
  const follow = () => {
    if (isLink(location.hash)) void open(tools);
  };
  if (isLink(location.hash)) void openFirst(tools);
  else beginRecorded(tools);
  window.addEventListener('hashchange', follow, { signal: gone });
}

async function openFirst(tools: PageTools): Promise<void> {
  await open(tools);
  const { trace, status } = tools.store.getState();
  // Nothing was begun, so nothing stands in the way.
  if (trace === null && status.state === 'idle') beginRecorded(tools);
}

async function open({ store, session }: PageTools): Promise<void> {
  try {
    const { bundlesAt, openLink } = await import('@/lib/share/open-link');
    const bundle = bundlesAt(new URL('models/', document.baseURI).href);
    await openLink(location.hash, { store, session, bundle });
  } catch {
    const { notices, setNotices } = store.getState();
    setNotices([...notices, NOT_FETCHED]);
  }
}
